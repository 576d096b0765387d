import { administrator } from '@berth/testing/berth'
import type { Page } from '@playwright/test'
import { expect, type Journey, type Team, test } from './parts/journey.ts'
import { type Credentials, Skopeo } from './parts/skopeo.ts'

/** A repository with the two-platform image under these tags, and the addresses of its pages. */
async function pushed(journey: Journey, team: Team, tags: string[]) {
  const repository = 'tools/busybox'
  for (const tag of tags) {
    const push = await new Skopeo(journey.berth.url, team.developer).push(
      `${journey.image.layout.folder}:latest`,
      `${team.project}/${repository}:${tag}`,
    )
    expect(push, push.stderr).toMatchObject({ code: 0 })
  }
  const base = `${journey.berth.url}/projects/${team.project}`
  return {
    repository,
    url: `${base}/repositories/${repository}`,
    artifacts: `${base}/artifacts/${repository}`,
  }
}

const artifactsOf = (page: Page) => page.getByRole('table', { name: 'Artifacts' })

async function open(journey: Journey, page: Page, url: string, person?: Credentials) {
  await journey.enter(page, person)
  await page.goto(url)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
}

test('a developer finds the newest tag, copies the command that pulls it, and looks inside', async ({
  journey,
  page,
  context,
}) => {
  const team = await journey.createTeam()
  const { url, artifacts } = await pushed(journey, team, ['1.0', '1.1'])
  const host = new URL(journey.berth.url).host
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: journey.berth.url })
  await open(journey, page, url, team.developer)

  const row = artifactsOf(page).getByRole('row').nth(1)
  await expect(row).toContainText('1.1')
  await expect(row).toContainText('linux/amd64')
  await expect(row).toContainText('linux/arm64')
  const pull = page.getByRole('region', { name: 'Pull 1.1' })
  await pull.getByRole('button', { name: 'podman' }).click()
  await pull.getByRole('button', { name: 'Copy' }).click()
  await expect(pull.getByRole('button', { name: 'Copied' })).toBeVisible()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied).toMatch(/^podman pull /)
  expect(copied).toContain(`${host}/${team.project}/tools/busybox:1.1`)
  // The tool chosen is the tool shown everywhere from now on.
  await page.reload()
  await expect(page.getByRole('region', { name: 'Push' })).toContainText('podman push')

  await row.getByRole('link', { name: '1.1', exact: true }).click()
  await expect(page).toHaveURL(`${artifacts}/:1.1`)
  const [platform] = journey.image.platforms
  await page.getByRole('table', { name: 'Platforms' }).getByRole('link', { name: 'linux/amd64' }).click()
  await expect(page).toHaveURL(new RegExp(`/@${platform!.digest}$`))
  await expect(page.getByRole('table', { name: 'Layers' })).toContainText('100%')
  await page.getByRole('link', { name: 'Configuration' }).click()
  await expect(page).toHaveURL(/tab=configuration$/)
  await expect(page.getByText('How it runs')).toBeVisible()
  await page.getByRole('link', { name: 'Manifest', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Raw manifest' })).toBeVisible()
  await page.getByRole('button', { name: 'Copy exactly as stored' }).click()
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible()
  const manifest = await page.evaluate(() => navigator.clipboard.readText())
  const { data } = await journey.api(team.developer).call('getAddition', {
    path: {
      project_name: team.project,
      repository_name: 'tools/busybox',
      reference: platform!.digest,
      addition: 'manifest',
    },
    as: 'text',
  })
  expect(manifest).toBe(data)
})

test('filter, switch and sort live in the address: reload and Back bring them again', async ({
  journey,
  page,
}) => {
  const team = await journey.createTeam()
  const { url } = await pushed(journey, team, ['1.0', 'edge'])
  await open(journey, page, url, team.guest)
  const filter = page.getByRole('searchbox', { name: 'Filter by tag' })
  await filter.fill('tag:ed')
  await expect(page).toHaveURL(/q=tag%3Aed/)
  await expect(artifactsOf(page)).toContainText('edge')
  await filter.fill('type:chart')
  await expect(page.getByText('No artifact matches')).toBeVisible()
  await page.reload()
  await expect(filter).toHaveValue('type:chart')
  await page.getByRole('link', { name: 'Show all artifacts' }).click()
  await expect(artifactsOf(page)).toContainText('edge')
  await page.getByRole('button', { name: 'Size' }).click()
  await expect(page).toHaveURL(/sort=size/)
  await page.goBack()
  await expect(page).not.toHaveURL(/sort=size/)
})

test('a guest is offered nothing that the API would refuse', async ({ journey, page }) => {
  const team = await journey.createTeam()
  const { url, repository, artifacts } = await pushed(journey, team, ['1.0'])
  await open(journey, page, url, team.guest)
  await expect(artifactsOf(page)).toContainText('1.0')
  await expect(page.getByRole('region', { name: 'Pull 1.0' })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Push' })).toHaveCount(0)
  await expect(artifactsOf(page).getByRole('checkbox')).toHaveCount(0)
  await expect(page.getByRole('button', { name: /description|actions/ })).toHaveCount(0)
  await page.goto(`${artifacts}/:1.0?tab=tags`)
  await expect(page.getByRole('table', { name: 'Tags' })).toContainText('1.0')
  await expect(page.getByRole('button', { name: 'Add tag' })).toHaveCount(0)
  const path = { project_name: team.project, repository_name: repository, reference: '1.0' }
  await expect(journey.api(team.guest).call('deleteArtifact', { path })).rejects.toMatchObject({
    status: 403,
  })
})

for (const visitor of ['an outsider', 'nobody'] as const)
  test(`${visitor} looks into a public repository, and sees none of a private one`, async ({
    journey,
    page,
  }) => {
    const [open, closed] = [await journey.createTeam('public'), await journey.createTeam('private')]
    const { url, artifacts } = await pushed(journey, open, ['1.0'])
    const hidden = await pushed(journey, closed, ['1.0'])
    if (visitor === 'an outsider') await journey.enter(page, open.outsider)
    await page.goto(`${journey.berth.url}/projects/${open.project}`)
    await page.getByRole('link', { name: 'tools/busybox' }).click()
    await expect(page).toHaveURL(url)
    await expect(page.getByRole('heading', { level: 1, name: 'tools/busybox' })).toBeVisible()
    await expect(artifactsOf(page)).toContainText('1.0')
    await expect(page.getByRole('region', { name: 'Pull 1.0' })).toBeVisible()
    await expect(page.getByRole('region', { name: 'Push' })).toHaveCount(0)
    await artifactsOf(page).getByRole('link', { name: '1.0', exact: true }).click()
    await expect(page).toHaveURL(`${artifacts}/:1.0`)
    await expect(page.getByRole('table', { name: 'Platforms' })).toContainText('linux/amd64')

    const missing = `${journey.berth.url}/projects/${open.project}/repositories/missing`
    expect((await page.goto(missing))?.status()).toBe(404)
    const answer = await page.goto(hidden.url)
    if (visitor === 'an outsider') expect(answer?.status()).toBe(404)
    else await expect(page).toHaveURL(/\/sign-in/)
  })

test('a description is shown as it was written and runs nothing', async ({ journey, page }) => {
  const team = await journey.createTeam()
  const { url } = await pushed(journey, team, ['1.0'])
  const dialogs: string[] = []
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  await open(journey, page, url, team.developer)
  await page.getByRole('button', { name: 'Add a description' }).click()
  await expect(page).toHaveURL(/edit=description/)
  await page
    .getByRole('textbox', { name: 'Description' })
    .fill(
      '# Busybox\nRead <img src=x onerror=alert(1)> and [this](javascript:alert(2)).\n\n[Docs](https://example.com/docs)',
    )
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Description saved.')).toBeVisible()
  const description = page.getByRole('region', { name: 'Description' })
  await expect(description.getByRole('heading', { name: 'Busybox' })).toBeVisible()
  await expect(description).toContainText('<img src=x onerror=alert(1)>')
  await expect(description.locator('img')).toHaveCount(0)
  await expect(description.getByRole('link')).toHaveCount(1)
  await expect(description.getByRole('link', { name: 'Docs' })).toHaveAttribute('rel', /nofollow/)
  expect(dialogs).toEqual([])
})

test('tags come and go; the artifact stays', async ({ journey, page }) => {
  const team = await journey.createTeam()
  const { artifacts } = await pushed(journey, team, ['1.0'])
  await open(journey, page, `${artifacts}/:1.0?tab=tags`, administrator)
  const tags = page.getByRole('table', { name: 'Tags' })
  const name = page.getByRole('textbox', { name: 'New tag' })
  await name.fill('-bad')
  await page.getByRole('button', { name: 'Add tag' }).click()
  await expect(page.getByText(/begin with a letter/).first()).toBeVisible()
  await name.fill('stable')
  await page.getByRole('button', { name: 'Add tag' }).click()
  await expect(tags.getByRole('link', { name: 'stable' })).toBeVisible()

  await tags.getByRole('checkbox', { name: 'Select 1.0' }).check()
  await page.getByRole('button', { name: 'Delete tag…' }).click()
  await expect(page.getByRole('dialog')).toContainText('1.0')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete tag' }).click()
  // The tag in the address is gone, so the page moves on to the digest.
  await expect(page).toHaveURL(/@sha256:[0-9a-f]{64}\?tab=tags$/)
  await expect(tags.getByRole('link', { name: 'stable' })).toBeVisible()
  await expect(tags.getByRole('link', { name: '1.0' })).toHaveCount(0)
})

test('a repository is deleted by its name, and the project is shown', async ({ journey, page }) => {
  const team = await journey.createTeam()
  const { url, repository } = await pushed(journey, team, ['1.0'])
  await open(journey, page, url, administrator)
  await expect(async () => {
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: /^Delete/ }).click({ timeout: 1_000 })
  }).toPass()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').fill(repository)
  await dialog.getByRole('button', { name: 'Delete repository' }).click()
  await expect(page).toHaveURL(`${journey.berth.url}/projects/${team.project}`)
  await expect(page.getByRole('link', { name: repository })).toHaveCount(0)
})

test('deleting names what goes; a part of an index is refused with the reason', async ({ journey, page }) => {
  const team = await journey.createTeam()
  const { url, repository, artifacts } = await pushed(journey, team, ['1.0'])
  const [child] = journey.image.platforms
  await open(journey, page, `${artifacts}/@${child!.digest}`, administrator)
  const dialog = page.getByRole('dialog')
  const typed = dialog.getByRole('textbox')
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  await typed.fill(child!.digest.slice(7, 15))
  await dialog.getByRole('button', { name: 'Delete artifact' }).click()
  await expect(dialog).toContainText('It belongs to an index that still exists')

  await page.goto(url)
  await artifactsOf(page).getByRole('checkbox', { name: 'Select 1.0' }).check()
  await page.getByRole('button', { name: 'Delete…' }).click()
  await expect(dialog).toContainText('1.0')
  await expect(dialog.getByRole('button', { name: 'Delete artifact' })).toBeDisabled()
  await typed.fill('1.0')
  await dialog.getByRole('button', { name: 'Delete artifact' }).click()
  await expect(page.getByText('Artifact deleted.')).toBeVisible()
  await expect(artifactsOf(page)).not.toContainText('1.0')
  const { data } = await journey.admin.call('listArtifacts', {
    path: { project_name: team.project, repository_name: repository },
    query: { q: 'tags=*' },
  })
  expect(data).toEqual([])
})
