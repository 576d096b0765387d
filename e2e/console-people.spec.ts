import { expect, test } from './parts/journey.ts'
import { Skopeo } from './parts/skopeo.ts'

test('a group is added, gets a role limited to some repositories, sees its limit change, and is deleted', async ({
  journey,
  page,
}) => {
  const { berth, image } = journey
  const team = await journey.createTeam()
  const group = `crew-${team.project}`
  for (const name of ['backend/api', 'frontend/app'])
    await new Skopeo(berth.url, team.developer).push(
      `${image.layout.folder}:latest`,
      `${team.project}/${name}:1`,
    )
  await journey.enter(page)
  await page.goto(`${berth.url}/groups`)
  await expect(async () => {
    await page.getByRole('button', { name: 'Add group' }).first().click({ timeout: 1_000 })
    await expect(page.getByRole('dialog')).toBeVisible({ timeout: 1_000 })
  }).toPass()
  await page.getByRole('combobox', { name: 'Where it comes from' }).selectOption('oidc')
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill(group)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('table')).toContainText(group)

  await page.goto(`${berth.url}/projects/${team.project}/members/new`)
  const name = page.getByRole('combobox', { name: 'Group' })
  await expect(async () => {
    await page.getByRole('radio', { name: 'Group' }).check()
    await expect(name).toBeVisible({ timeout: 1_000 })
  }).toPass()
  await name.fill('no-such-group')
  await name.press('Enter')
  await expect(page.getByText('There is no group named no-such-group.')).toBeVisible()
  await name.fill(group)
  await page.getByRole('radio', { name: 'Only repositories that match' }).check()
  await page.getByRole('textbox', { name: 'Patterns' }).fill('backend/**')
  await expect(page.getByText('Reaches 1 repository now')).toBeVisible()
  await expect(page.getByRole('list', { name: 'Repositories within reach' })).toHaveText('backend/api')
  await page.getByRole('button', { name: 'Add member' }).click()
  const row = page.getByRole('row', { name: group })
  await expect(row).toContainText('backend/**')

  await row.getByRole('button', { name: `Limit the repositories of ${group}` }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Patterns' }).fill('backend/**\nfrontend/*')
  await expect(dialog.getByText('Reaches 2 repositories now')).toBeVisible()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(row).toContainText('frontend/*')
  await row.getByRole('combobox', { name: `Role of ${group}` }).selectOption({ label: 'Project admin' })
  await expect(row).toContainText('All repositories')

  await page.goto(`${berth.url}/groups?q=${group}`)
  await expect(async () => {
    await page.getByRole('button', { name: `Actions for ${group}` }).click()
    await page.getByRole('menuitem', { name: 'Delete…' }).click({ timeout: 1_000 })
  }).toPass()
  await expect(page.getByRole('dialog')).toContainText('All roles it has in projects go.')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete group' }).click()
  await expect(page.getByText('No group matches')).toBeVisible()
  await page.goto(`${berth.url}/projects/${team.project}/members`)
  await expect(page.getByRole('table')).not.toContainText(group)
})

test('a member with a limit sees and pushes to those repositories only, from the page that set it', async ({
  journey,
  page,
}) => {
  const { berth, image } = journey
  const team = await journey.createTeam()
  const push = async (repository: string, who: typeof team.developer) =>
    (
      await new Skopeo(berth.url, who).push(
        `${image.layout.folder}:latest`,
        `${team.project}/${repository}:1`,
      )
    ).code
  expect(await push('frontend/app', team.developer)).toBe(0)
  await journey.enter(page)
  await page.goto(`${berth.url}/projects/${team.project}/members/new`)
  await expect(async () => {
    await page.getByRole('combobox', { name: 'Username' }).fill(team.outsider.username)
    await page.getByRole('radio', { name: 'Only repositories that match' }).check()
    await page.getByRole('textbox', { name: 'Patterns' }).fill('backend/**', { timeout: 1_000 })
  }).toPass()
  await page.getByRole('button', { name: 'Add member' }).click()
  await expect(page.getByRole('row', { name: team.outsider.username })).toContainText('backend/**')
  await page.getByRole('button', { name: 'Trace a role' }).click()
  await page.getByRole('dialog').getByRole('combobox', { name: 'Username' }).fill(team.outsider.username)
  const sources = page.getByRole('list', { name: `What gives ${team.outsider.username} a role` })
  await expect(sources).toContainText('Developer')
  await expect(sources).toContainText('directly')
  await page.keyboard.press('Escape')
  await expect.poll(() => push('backend/api', team.outsider)).toBe(0)
  expect(await push('frontend/app', team.outsider)).not.toBe(0)

  await page.context().clearCookies()
  await journey.enter(page, team.outsider)
  await page.goto(`${berth.url}/projects/${team.project}`)
  await expect(page.getByRole('table')).toContainText('backend/api')
  await expect(page.getByRole('table')).not.toContainText('frontend/app')
})

test('a trust is made from a template, shows what the job has to do, is switched off and deleted', async ({
  journey,
  page,
}) => {
  const { berth, admin } = journey
  const team = await journey.createTeam()
  const access = [{ resource: 'repository', action: 'pull' }]
  const permissions = [{ kind: 'project', namespace: team.project, access }]
  const { data: robot } = await admin.call('CreateRobot', {
    body: { name: 'jobs', level: 'project', duration: 1, permissions },
  })
  await journey.enter(page)
  await page.goto(`${berth.url}/projects/${team.project}/robots/${robot.id}`)
  await page.getByRole('link', { name: 'Workload identity' }).click()
  await page.getByRole('link', { name: 'New trust' }).click()
  await page.getByRole('button', { name: 'GitLab CI' }).click()
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('main')
  await page.getByRole('button', { name: 'Add trust' }).click()
  await expect(page.getByText('Replace the words in capitals.').first()).toBeVisible()
  await page
    .getByRole('textbox', { name: 'Pattern 1' })
    .fill('project_path:crew/app:ref_type:branch:ref:main')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('table')).toContainText('project_path:crew/app')
  await page.getByRole('combobox', { name: 'System' }).selectOption({ label: 'GitLab CI' })
  await expect(page.locator('pre')).toContainText(`robot='${robot.name}'`)
  await expect(page.locator('pre')).toContainText(`${berth.url}/service/token`)

  const choose = (item: string) =>
    expect(async () => {
      await page.getByRole('button', { name: 'Actions for main' }).click()
      await page.getByRole('menuitem', { name: item }).click({ timeout: 1_000 })
    }).toPass()
  await choose('Switch off')
  await expect(page.getByRole('table').getByText('Off')).toBeVisible()
  await choose('Delete…')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete trust' }).click()
  await expect(page.getByText('No job may act as this robot yet')).toBeVisible()
})
