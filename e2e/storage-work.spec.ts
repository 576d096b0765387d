import { expect, expectAccessible, test } from './parts/journey.ts'
import { Skopeo } from './parts/skopeo.ts'
import { buildSmallImage } from './parts/small-image.ts'

test('a limit set in the browser refuses the next push, and the console says that the project is full', async ({
  journey,
  page,
}) => {
  const { berth } = journey
  const team = await journey.createTeam()
  const skopeo = new Skopeo(berth.url, team.developer)
  const [first, second] = await Promise.all([buildSmallImage(2 * 1024 ** 2), buildSmallImage()])
  try {
    expect(await skopeo.push(first.layout, `${team.project}/app:1`)).toMatchObject({ code: 0 })
    await journey.enter(page)
    await page.goto(`${berth.url}/quotas`)
    // Clicks that come before the page's script are kept until it answers.
    await page.getByRole('button', { name: `Actions for ${team.project}` }).click()
    await page.getByRole('menuitem', { name: 'Change limit' }).click()
    const dialog = page.getByRole('dialog', { name: `Limit of ${team.project}` })
    await dialog.getByRole('checkbox', { name: 'No limit' }).uncheck()
    await dialog.getByLabel('Amount').fill('0')
    await dialog.getByRole('button', { name: 'Save limit' }).click()
    await expect(dialog.getByText('Enter a number above 0')).toBeVisible()
    await dialog.getByLabel('Amount').fill('1')
    await dialog.getByLabel('Unit').selectOption('MiB')
    await expect(dialog.getByText('The project holds more than this already')).toBeVisible()
    await expectAccessible(page)
    await dialog.getByRole('button', { name: 'Save limit' }).click()
    await expect(dialog).toHaveCount(0)

    const refused = await skopeo.push(second.layout, `${team.project}/app:2`)
    expect(refused.code).not.toBe(0)
    expect(refused.stderr).toMatch(/quota|limit/i)

    await page.goto(`${berth.url}/projects/${team.project}/storage`)
    await expect(page.getByText('Full').first()).toBeVisible()
    await expect(
      page.getByRole('meter', { name: `Storage used by ${team.project}` }).first(),
    ).toHaveAttribute('aria-valuenow', '100')
    await expect(page.getByRole('table', { name: 'Storage by repository' })).toContainText('app')
  } finally {
    await Promise.all([first.remove(), second.remove()])
  }
})

test('a rule added in the browser keeps a tag where it is; the same push again succeeds', async ({
  journey,
  page,
}) => {
  const { berth } = journey
  const team = await journey.createTeam()
  const skopeo = new Skopeo(berth.url, team.developer)
  const [first, second] = await Promise.all([buildSmallImage(), buildSmallImage()])
  try {
    expect(await skopeo.push(first.layout, `${team.project}/app:v1`)).toMatchObject({ code: 0 })
    await journey.enter(page)
    await page.goto(`${berth.url}/projects/${team.project}/policies/immutable-rules`)
    await page.getByRole('link', { name: 'New rule' }).click()
    await expect(async () => {
      await page.getByLabel('Pattern for tags').fill('w*')
      await expect(page.getByText('No tag that exists now')).toBeVisible({ timeout: 2_000 })
    }).toPass()
    await page.getByLabel('Pattern for tags').fill('v[')
    await expect(page.getByText('This pattern cannot be read')).toBeVisible()
    await page.getByLabel('Pattern for tags').fill('v*')
    await expect(page.getByText('1 tag in 1 repository')).toBeVisible()
    await expect(page.getByRole('list', { name: 'Tags that the rule would cover' })).toContainText('app:v1')
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Add rule' }).click()
    await expect(page.getByRole('table', { name: 'Immutable tags' })).toContainText('v*')

    const moved = await skopeo.push(second.layout, `${team.project}/app:v1`)
    expect(moved.code).not.toBe(0)
    expect(moved.stderr).toMatch(/immutable/i)
    expect(await skopeo.push(first.layout, `${team.project}/app:v1`)).toMatchObject({ code: 0 })

    await page.getByRole('button', { name: /^Actions for rule/ }).click()
    await page.getByRole('menuitem', { name: 'Switch off' }).click()
    await expect(page.getByRole('table', { name: 'Immutable tags' })).toContainText('Off')
    expect(await skopeo.push(second.layout, `${team.project}/app:v1`)).toMatchObject({ code: 0 })
  } finally {
    await Promise.all([first.remove(), second.remove()])
  }
})

test('while a project is read-only nothing is pushed and nothing is offered that cannot work', async ({
  journey,
  page,
}) => {
  const { berth } = journey
  const team = await journey.createTeam()
  const skopeo = new Skopeo(berth.url, team.developer)
  const [first, second] = await Promise.all([buildSmallImage(), buildSmallImage()])
  try {
    expect(await skopeo.push(first.layout, `${team.project}/app:1`)).toMatchObject({ code: 0 })
    await journey.enter(page)
    const repository = `${berth.url}/projects/${team.project}/repositories/app`
    await page.goto(repository)
    await expect(page.getByRole('button', { name: 'More actions' })).toBeVisible()

    await page.goto(`${berth.url}/projects/${team.project}/settings`)
    const banner = page.getByText(`${team.project} is read-only`, { exact: true })
    await expect(async () => {
      await page.getByRole('switch', { name: 'Read-only project' }).check()
      await expect(banner).toBeVisible({ timeout: 2_000 })
    }).toPass()
    const refused = await skopeo.push(second.layout, `${team.project}/app:2`)
    expect(refused.code).not.toBe(0)
    expect(refused.stderr).toMatch(/read-only/i)
    await page.goto(repository)
    await expect(banner).toBeVisible()
    await expect(page.getByRole('button', { name: 'More actions' })).toHaveCount(0)
    await expectAccessible(page)

    await page.goto(`${berth.url}/projects/${team.project}/settings`)
    await expect(async () => {
      await page.getByRole('switch', { name: 'Read-only project' }).uncheck()
      await expect(banner).toHaveCount(0, { timeout: 2_000 })
    }).toPass()
    expect(await skopeo.push(second.layout, `${team.project}/app:2`)).toMatchObject({ code: 0 })
  } finally {
    await Promise.all([first.remove(), second.remove()])
  }
})

test('the whole installation is made read-only in the browser, everybody is told, and it ends there too', async ({
  journey,
  page,
}) => {
  const { berth } = journey
  const team = await journey.createTeam()
  const image = await buildSmallImage()
  const skopeo = new Skopeo(berth.url, team.developer)
  const banner = page.getByText('This installation is read-only')
  /** What a read-only installation refuses is not offered; at other times each of these pages offers a change. */
  const offers = async (count: 0 | 1) => {
    for (const [path, offer] of [
      ['/users', page.getByRole('link', { name: 'New user' })],
      ['/labels', page.getByRole('button', { name: 'New label' })],
      [`/projects/${team.project}/members`, page.getByRole('link', { name: 'Add member' })],
      [`/projects/${team.project}/policies/immutable-rules`, page.getByRole('link', { name: 'New rule' })],
      ['/projects', page.getByRole('button', { name: 'New project' })],
    ] as const) {
      await page.goto(`${berth.url}${path}`)
      await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
      await expect(banner).toHaveCount(1 - count)
      await expect(offer.first()).toBeVisible({ visible: count === 1 })
    }
  }
  try {
    await journey.enter(page)
    await offers(1)
    await page.goto(`${berth.url}/configurations`)
    await page.getByRole('switch', { name: 'Read-only installation' }).click()
    await expect(page.getByRole('dialog', { name: 'Make everything read-only?' })).toBeVisible()
    await page.getByRole('button', { name: 'Make read-only' }).click()
    await expect(banner).toBeVisible()
    expect((await skopeo.push(image.layout, `${team.project}/app:1`)).code).not.toBe(0)
    await offers(0)
    await page.getByRole('link', { name: 'System settings' }).last().click()
    await expect(async () => {
      await page.getByRole('switch', { name: 'Read-only installation' }).uncheck()
      await expect(banner).toHaveCount(0, { timeout: 2_000 })
    }).toPass()
    expect(await skopeo.push(image.layout, `${team.project}/app:1`)).toMatchObject({ code: 0 })
  } finally {
    await journey.admin.call('updateConfigurations', { body: { read_only: false } })
    await image.remove()
  }
})
