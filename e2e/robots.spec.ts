import type { Page } from '@playwright/test'
import { expect, test } from './parts/journey.ts'
import { Skopeo } from './parts/skopeo.ts'

/** What stands under a name in a list of facts. */
const fact = (page: Page, name: string) =>
  page.locator('dt', { hasText: new RegExp(`^${name}$`) }).locator('xpath=following-sibling::dd[1]//code')

/** Opens a row's menu and chooses: a press on a page whose script has not arrived yet does nothing. */
async function choose(page: Page, robot: string, item: string): Promise<void> {
  await expect(async () => {
    await page.getByRole('button', { name: `Actions for ${robot}` }).click()
    await page.getByRole('menuitem', { name: item }).click({ timeout: 1_000 })
  }).toPass()
}

test('a robot is made with the keyboard, pushes, gets a new secret, is disabled, enabled and deleted', async ({
  journey,
  page,
}) => {
  const { berth, image } = journey
  const team = await journey.createTeam()
  await journey.enter(page)
  await page.goto(`${berth.url}/projects/${team.project}/robots/new`)
  const name = page.getByRole('textbox', { name: 'Name', exact: true })
  await expect(async () => {
    await name.fill('Not allowed')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('alert').first()).toBeFocused({ timeout: 1_000 })
  }).toPass()
  await name.fill('ci')
  await page.getByRole('button', { name: 'Push and pull' }).focus()
  await page.keyboard.press('Space')
  await expect(page.getByRole('checkbox', { name: 'Repository: Push' })).toBeChecked()
  await name.press('Enter')
  await expect(page.getByText('Copy the secret now')).toBeVisible()

  const username = `robot$${team.project}+ci`
  await expect(fact(page, 'Username')).toHaveText(username)
  const first = (await fact(page, 'Secret').textContent()) ?? ''
  await expect(page.getByRole('region', { name: 'Sign in with it' })).toContainText(
    `docker login ${new URL(berth.url).host} -u '${username}'`,
  )
  const pushes = async (password: string, tag: string) =>
    (
      await new Skopeo(berth.url, { username, password }).push(
        `${image.layout.folder}:latest`,
        `${team.project}/tools/busybox:${tag}`,
      )
    ).code
  expect(await pushes(first, 'one')).toBe(0)

  await page.getByRole('link', { name: 'Done' }).click()
  await expect(page.getByRole('table')).toContainText(username)
  await choose(page, username, 'New secret…')
  await page.getByRole('button', { name: 'Make new secret' }).click()
  const second = (await fact(page, 'Secret').textContent()) ?? ''
  expect(second).not.toBe(first)
  await page.getByRole('button', { name: 'I have copied it' }).click()
  expect(await pushes(second, 'two')).toBe(0)
  expect(await pushes(first, 'three')).not.toBe(0)

  await choose(page, username, 'Disable')
  await expect(page.getByRole('table').getByText('Disabled')).toBeVisible()
  await expect.poll(() => pushes(second, 'four')).not.toBe(0)
  await choose(page, username, 'Enable')
  await expect(page.getByRole('table').getByText('Active')).toBeVisible()
  await choose(page, username, 'Delete…')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete robot' }).click()
  await expect(page.getByText('No robots')).toBeVisible()
})

test('a robot of the system gets rights in chosen projects and outside them, and loses some', async ({
  journey,
  page,
}) => {
  const { berth, admin } = journey
  const [one, two] = [await journey.createTeam(), await journey.createTeam()]
  const plain = `sys-${one.project}`
  await journey.enter(page)
  await page.goto(`${berth.url}/robots/new`)
  await expect(async () => {
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill(plain)
    for (const { project } of [one, two]) {
      await page.getByRole('combobox', { name: 'Projects' }).fill(project)
      await page.keyboard.press('Enter')
      await expect(page.getByRole('button', { name: `Remove ${project}` })).toBeVisible({ timeout: 1_000 })
    }
  }).toPass()
  await page.getByText(/^Permissions outside projects/).click()
  await page.getByRole('checkbox', { name: 'Storage limit: List' }).last().check()
  await page.getByRole('button', { name: 'Create robot' }).click()
  await expect(page.getByText('Copy the secret now')).toBeVisible()

  const made = async () => {
    const { data } = await admin.call('ListRobot', { query: { q: `name=~${plain}` } })
    return data[0]
  }
  const pull = { resource: 'repository', action: 'pull' }
  expect((await made())?.permissions).toEqual(
    expect.arrayContaining([
      ...[one, two].map(({ project }) =>
        expect.objectContaining({ kind: 'project', namespace: project, access: [pull] }),
      ),
      expect.objectContaining({
        kind: 'system',
        namespace: '/',
        access: [{ resource: 'quota', action: 'list' }],
      }),
    ]),
  )

  await page.goto(`${berth.url}/robots?q=${plain}`)
  await page.getByRole('link', { name: `robot$${plain}` }).click()
  const remove = page.getByRole('button', { name: `Remove ${one.project}` })
  await expect(remove).toBeVisible()
  await expect(async () => {
    if ((await remove.count()) > 0) await remove.click()
    await expect(remove).toHaveCount(0, { timeout: 1_000 })
  }).toPass()
  await page.getByRole('button', { name: 'Save changes' }).click()
  await expect(page).toHaveURL(`${berth.url}/robots`)
  const namespaces = (await made())?.permissions?.map(({ namespace }) => namespace).sort()
  expect(namespaces).toEqual(['/', two.project].sort())
})

test('who is no admin of the project sees its robots and changes nothing', async ({ journey, page }) => {
  const { berth, admin } = journey
  const team = await journey.createTeam()
  const { data } = await admin.call('CreateRobot', {
    body: {
      name: 'seen',
      level: 'project',
      duration: 1,
      permissions: [
        {
          kind: 'project',
          namespace: team.project,
          access: [{ resource: 'repository', action: 'pull' }],
        },
      ],
    },
  })
  await journey.enter(page, team.developer)
  await page.goto(`${berth.url}/projects/${team.project}/robots`)
  await expect(page.getByRole('table')).toContainText('+seen')
  await expect(page.getByRole('link', { name: 'New robot' })).toHaveCount(0)
  await expect(page.getByRole('button', { name: /^Actions for/ })).toHaveCount(0)
  await page.getByRole('link', { name: /\+seen$/ }).click()
  await expect(page.getByRole('heading', { level: 2, name: /\+seen/ })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Save changes' })).toHaveCount(0)
  for (const path of [
    `/projects/${team.project}/robots/new`,
    '/robots',
    '/robots/new',
    `/robots/${data.id}`,
  ]) {
    await page.goto(`${berth.url}${path}`)
    await expect(page.getByRole('heading', { name: 'Nothing to see here' })).toBeVisible()
  }
})
