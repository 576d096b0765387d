import { administrator } from '@berth/testing/berth'
import { expect, expectAccessible, test } from './parts/journey.ts'
import { Samples } from './parts/samples.ts'
import { Skopeo } from './parts/skopeo.ts'
import { buildSmallImage } from './parts/small-image.ts'

test('a policy is tried, runs, fails for a reason that can be mended, and arrives when it is tried again', {
  tag: '@once',
}, async ({ journey, page }) => {
  const { berth, admin } = journey
  const { project, developer } = await journey.createTeam()
  const samples = await Samples.open(journey, developer)
  await samples.image(`${project}/app:1.0`)
  await samples.close()
  await journey.enter(page)

  await page.goto(`${berth.url}/registries/new`)
  await page.getByLabel('Kind').selectOption('docker-registry')
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(`far-${project}`)
  await page.getByLabel('Address').fill(berth.url)
  await page.getByRole('textbox', { name: 'Access name' }).fill(administrator.username)
  await page.getByLabel('Secret', { exact: true }).fill(administrator.password)
  await page.getByRole('button', { name: 'Add registry' }).click()
  await expect(page.getByRole('row', { name: `far-${project}` })).toBeVisible()

  await page.goto(`${berth.url}/replications/new`)
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(`copies-${project}`)
  const registry = page.getByRole('combobox', { name: 'Destination' })
  const option = await registry.getByRole('option', { name: `far-${project}` }).getAttribute('value')
  await registry.selectOption(option)
  await page.getByRole('textbox', { name: 'Repositories' }).fill(`${project}/*`)
  await page.getByRole('textbox', { name: 'Namespace' }).fill(`later-${project}`)
  await page.getByRole('radio', { name: 'Only the last part' }).check()
  await expect(page.getByText(`${project}/app → later-${project}/app`)).toBeVisible()
  await page.getByRole('radio', { name: 'By schedule' }).check()
  await expect(page.getByText('Every day at 02:00 UTC').last()).toBeVisible()
  await page.getByRole('radio', { name: 'By hand' }).check()
  const preview = page.getByRole('button', { name: 'Preview' })
  const unanswered = '**/replication/policies/preview'
  await page.route(unanswered, () => {})
  await preview.click()
  await page.getByRole('button', { name: 'Stop comparing' }).press('Enter')
  await expect(page.getByText('Stopped before it was through')).toBeVisible()
  await expect(preview).toBeFocused()
  await page.unroute(unanswered)
  await preview.click()
  await expect(page.getByText('One artifact')).toBeVisible()
  await expect(page.getByRole('list').getByText(`later-${project}/app`)).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('checkbox', { name: 'Move tags that exist' }).uncheck()
  await expect(page.getByText('The form has changed since')).toBeVisible()
  await page.getByRole('button', { name: 'Add policy' }).click()

  // From here by the keyboard alone.
  await expect(page.getByRole('heading', { level: 1, name: `copies-${project}` })).toBeVisible()
  const policyUrl = page.url()
  await page.getByRole('button', { name: 'Run now' }).press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: /^Run #\d+ of copies-/ })).toBeVisible()
  await expect(page.getByRole('progressbar', { name: 'Progress' })).toBeVisible()
  const row = page.getByRole('row', { name: `${project}/app` })
  await expect(row).toContainText('Failed')
  await expect(row).toContainText(`there is no project named later-${project}`)
  await row.getByRole('link').press('Enter')
  await expect(page).toHaveURL(/task=\d+/)
  await expect(page.getByRole('dialog').getByRole('region', { name: 'Log' })).toContainText(
    'no project named',
  )
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: /^Missing/ }).press('Enter')
  await expect(page).toHaveURL(/tab=missing$/)
  await expect(page.getByRole('row', { name: `later-${project}/app` })).toContainText('no project named')
  await page
    .getByRole('row', { name: `later-${project}/app` })
    .getByRole('link')
    .press('Enter')
  const task = page.getByRole('dialog')
  await expect(task).toContainText(`later-${project}/app`)
  await admin.call('createProject', { body: { project_name: `later-${project}`, metadata: {} } })
  await task.getByRole('button', { name: 'Retry' }).press('Enter')
  await expect(task).toContainText('Tried again')
  await expect(task).toContainText(`later-${project}/app`)
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(/tab=missing$/)
  await expect(page.getByText('Nothing is missing', { exact: true })).toBeVisible()
  await expect(page.getByText('everything is done')).toBeVisible()
  await page.getByRole('main').locator('time').first().hover()
  await expect(page.locator('[popover=manual]')).toContainText(/\d{4}/)
  const path = { project_name: `later-${project}`, repository_name: 'app', reference: '1.0' }
  expect((await admin.call('getArtifact', { path })).status).toBe(200)

  await page.goto(`${berth.url}/replications/map`)
  await expect(page.getByRole('link', { name: `copies-${project}` }).first()).toBeVisible()

  await page.goto(`${berth.url}/replications/new`)
  await registry.selectOption(option)
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(`copies-${project}`)
  await page.getByRole('button', { name: 'Add policy' }).press('Enter')
  await expect(
    page.getByRole('alert').filter({ hasText: `already a policy named copies-${project}` }),
  ).toBeFocused()

  // Pressed before the script of its part has come.
  const late = Promise.withResolvers<void>()
  await page.route('**/*.js*', async (route) => {
    const response = await route.fetch()
    if ((await response.text()).includes('replications.preview')) await late.promise
    await route.fulfill({ response })
  })
  await page.goto(`${policyUrl}/edit`, { waitUntil: 'commit' })
  await preview.click()
  late.resolve()
  await expect(page.getByRole('button', { name: 'Preview again' })).toBeVisible()
})

test('a run over a slow line shows bytes, rate and estimate as they move, and stops when it is told to', {
  tag: '@once',
}, async ({ journey, page }) => {
  const { berth, admin } = journey
  const { project, developer } = await journey.createTeam()
  const image = await buildSmallImage(6 * 1024 * 1024)
  const pushed = await new Skopeo(berth.url, developer).push(image.layout, `${project}/model:1.0`)
  await image.remove()
  expect(pushed, pushed.stderr).toMatchObject({ code: 0 })
  const idOf = ({ headers }: { headers: Headers }) => Number(headers.get('location')?.split('/').at(-1))
  const { username: access_key, password: access_secret } = administrator
  const registry = await admin.call('createRegistry', {
    body: {
      ...{ name: `slow-${project}`, type: 'docker-registry', url: berth.url },
      credential: { access_key, access_secret },
    },
  })
  const policy = await admin.call('createReplicationPolicy', {
    body: {
      ...{ name: `models-${project}`, enabled: true, dest_registry: { id: idOf(registry) } },
      ...{ dest_namespace: `${project}/far`, dest_namespace_replace_count: 1 },
      filters: [{ type: 'name', value: `${project}/model` }],
      // A quarter of a minute, were it left alone.
      speed: 3_200,
    },
  })
  await journey.enter(page)
  await page.goto(`${berth.url}/replications/${idOf(policy)}`)
  await page.getByRole('button', { name: 'Run now' }).click()

  const progress = page.getByRole('region', { name: 'Progress' })
  await expect(progress).toContainText(/of 6(\.\d+)? MiB.*\/s · about \d+ (seconds|second) left/)
  const bar = progress.getByRole('progressbar')
  const share = async () => Number(await bar.getAttribute('aria-valuenow'))
  const before = await share()
  await expect.poll(share).toBeGreaterThan(before)
  await expectAccessible(page)
  // While nobody answers, what was last seen stays in sight.
  await page.route('**/api/v2.0/**', (route) => route.abort())
  const artifacts = page.getByRole('table', { name: 'Artifacts' })
  await expect(artifacts.getByRole('alert')).toContainText('No answer from Berth')
  await expect(artifacts).toContainText(`${project}/model`)
  await page.unroute('**/api/v2.0/**')
  await expect(artifacts.getByRole('alert')).toHaveCount(0)
  await page.getByRole('button', { name: 'Stop' }).click()
  await expect(progress.getByRole('status')).toHaveText('Stopped')
  await page.getByRole('button', { name: 'Retry what is missing' }).click()
  await expect(page.getByText('One task goes again.')).toBeVisible()
})
