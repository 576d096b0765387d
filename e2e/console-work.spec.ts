import type { Page } from '@playwright/test'
import { expect, test } from './parts/journey.ts'
import { Skopeo } from './parts/skopeo.ts'

/** Presses until the dialog is there: a press on a page whose script has not arrived yet does nothing. */
async function openDialog(page: Page, button: string): Promise<void> {
  await expect(async () => {
    await page.getByRole('button', { name: button }).first().click()
    await expect(page.getByRole('dialog')).toBeVisible({ timeout: 1_000 })
  }).toPass()
}

test('an administrator creates a project and a person, and gives the person a role, in the browser', async ({
  journey,
  page,
}) => {
  const { berth } = journey
  await journey.signIn(page)
  const project = `made-${Date.now().toString(36)}`
  await openDialog(page, 'New project')
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Not Allowed')
  await page.getByRole('button', { name: 'Create project' }).click()
  await expect(page.getByText(/lower-case letters and digits/i).first()).toBeVisible()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill(project)
  await page.getByRole('button', { name: 'Create project' }).click()
  await expect(page).toHaveURL(new RegExp(`/projects/${project}`))
  await expect(page.getByRole('heading', { level: 1 })).toContainText(project)

  const person = await journey.createUser('member')
  await page.goto(`${berth.url}/projects/${project}/members`)
  await page.getByRole('link', { name: 'Add member' }).click()
  await page.getByRole('combobox', { name: 'Username' }).fill(person.username)
  await page.getByRole('button', { name: 'Add member' }).click()
  await expect(page.getByRole('table')).toContainText(person.username)

  const { data } = await journey.api(person).call('listProjects', { query: { page_size: 0 } })
  expect(data.map((entry) => entry.name)).toContain(project)

  await page.getByRole('checkbox', { name: `Select ${person.username}` }).check()
  await openDialog(page, 'Remove…')
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByRole('table')).not.toContainText(person.username)
})

test('sign-in refuses a wrong password, says so, and goes on with the right one to where the person wanted', async ({
  journey,
  page,
}) => {
  const { berth } = journey
  const team = await journey.createTeam()
  await page.goto(`${berth.url}/profile`)
  await expect(page).toHaveURL(/sign-in/)
  await page.getByLabel('Username').fill(team.guest.username)
  await page.getByLabel('Password', { exact: true }).fill('Wrong-Password-1')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('Username or password is wrong')).toBeVisible()
  await page.getByLabel('Password', { exact: true }).fill(team.guest.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(/\/profile/)
})

test('a click before the page’s script has arrived is answered when it has', async ({ journey, page }) => {
  await journey.signIn(page)
  let release = () => {}
  const arrived = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route('**/_next/static/**/*.js', async (route) => {
    await arrived
    await route.continue()
  })
  await page.goto(`${journey.berth.url}/projects`, { waitUntil: 'commit' })
  const button = page.getByRole('button', { name: 'New project' })
  await button.click()
  await button.click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  release()
  await expect(page.getByRole('dialog')).toBeVisible()
})

test('a link to another site behind sign-in leads nowhere else', async ({ journey, page }) => {
  const { berth } = journey
  const team = await journey.createTeam()
  for (const target of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)']) {
    await page.context().clearCookies()
    await page.goto(`${berth.url}/sign-in?next=${encodeURIComponent(target)}`)
    await page.getByLabel('Username').fill(team.guest.username)
    await page.getByLabel('Password', { exact: true }).fill(team.guest.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Projects' })).toBeVisible()
    expect(new URL(page.url()).origin).toBe(berth.url)
  }
})

test('the keyboard alone: palette to a repository, and back out', async ({ journey, page }) => {
  const { berth, image } = journey
  const team = await journey.createTeam()
  const name = `${team.project}/deep/busybox`
  await new Skopeo(berth.url, team.developer).push(`${image.layout.folder}:latest`, `${name}:1`)
  await page.goto(`${berth.url}/sign-in`)
  await expect(page.getByLabel('Username')).toBeFocused()
  await page.keyboard.type(team.developer.username)
  await page.keyboard.press('Tab')
  await page.keyboard.type(team.developer.password)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Projects' })).toBeVisible()
  // Keys, unlike clicks, are not kept for a page whose script has not arrived yet.
  await expect(async () => {
    await page.keyboard.press('Control+k')
    await expect(page.getByRole('dialog')).toBeVisible({ timeout: 2_000 })
  }).toPass()
  await page.keyboard.type(`${team.project}/deep`)
  await expect(page.getByRole('dialog').getByRole('option', { name: /deep\/busybox/ })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('deep/busybox')
  await page.keyboard.press('Control+k')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
})

test('a tag is found on the search page by those who may see it, and leads to its artifact', async ({
  journey,
  page,
}) => {
  const { berth, image } = journey
  const team = await journey.createTeam()
  const tag = `find-${team.project}`
  await new Skopeo(berth.url, team.developer).push(
    `${image.layout.folder}:latest`,
    `${team.project}/deep/busybox:${tag}`,
  )
  await journey.enter(page, team.guest)
  await page.goto(`${berth.url}/search`)
  await page.getByRole('searchbox').fill(tag.toUpperCase())
  const found = page.getByRole('region', { name: 'Tags' }).getByRole('link')
  await expect(found).toHaveText(`${team.project}/deep/busybox:${tag}`)
  await expect(page).toHaveURL(/\/search\?q=FIND-/)
  await found.click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('busybox')
  await page.goBack()
  await expect(found).toBeVisible()
  await page.context().clearCookies()
  await page.reload()
  await expect(page.getByText(/^Nothing matches/)).toBeVisible()
})

test('an administrator disables a person, who is out at once, lets them in again, and deletes them', async ({
  journey,
  page,
}) => {
  const person = await journey.createUser('leaver')
  const signsIn = async () =>
    fetch(`${journey.berth.url}/api/v2.0/users/current`, {
      headers: {
        authorization: `Basic ${Buffer.from(`${person.username}:${person.password}`).toString('base64')}`,
      },
    }).then((response) => response.status)
  expect(await signsIn()).toBe(200)
  await journey.enter(page)
  await page.goto(`${journey.berth.url}/users?q=${person.username}`)
  const menu = page.getByRole('button', { name: `Actions for ${person.username}` })
  const choose = (item: string) =>
    expect(async () => {
      await menu.click()
      await page.getByRole('menuitem', { name: item }).click({ timeout: 1_000 })
    }).toPass()
  await choose('Disable…')
  await expect(page.getByRole('dialog')).toContainText('can no longer sign in')
  await page.getByRole('dialog').getByRole('button', { name: 'Disable user' }).click()
  await expect(page.getByRole('table').getByText('Disabled', { exact: true })).toBeVisible()
  // Other processes remember a person for a few seconds.
  await expect.poll(signsIn, { timeout: 10_000 }).toBe(401)
  await choose('Enable')
  await expect(page.getByRole('table').getByText('Disabled', { exact: true })).toHaveCount(0)
  await expect.poll(signsIn, { timeout: 10_000 }).toBe(200)
  await choose('Delete…')
  await page.getByRole('dialog').getByRole('textbox').fill(person.username)
  await page.getByRole('dialog').getByRole('button', { name: 'Delete user' }).click()
  await expect(page.getByText('User deleted.')).toBeVisible()
  await expect(page.getByText('No user matches')).toBeVisible()
})

test('signing out ends the session on the server: the old cookie opens nothing', async ({
  journey,
  page,
}) => {
  const { berth } = journey
  const team = await journey.createTeam()
  await journey.signIn(page, team.guest)
  const cookies = await page.context().cookies()
  const sid = cookies.find((cookie) => cookie.name === 'sid')!
  expect(sid).toMatchObject({ httpOnly: true })
  const current = () =>
    fetch(`${berth.url}/api/v2.0/users/current`, { headers: { cookie: `sid=${sid.value}` } }).then(
      (response) => response.status,
    )
  expect(await current()).toBe(200)
  const signOut = async () => {
    await page.getByRole('button', { name: /Account of/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
  }
  await page.route('**/api/auth/**', (route) => route.abort())
  await signOut()
  await expect(page.getByText(/No answer from Berth/).first()).toBeVisible()
  expect(await current()).toBe(200)
  await page.unroute('**/api/auth/**')
  await signOut()
  await expect(page.getByRole('banner').getByRole('link', { name: 'Sign in' })).toBeVisible()
  // Other processes remember a session for a few seconds.
  await expect.poll(current, { timeout: 10_000 }).toBe(401)
})
