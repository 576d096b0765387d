import { administrator } from '@berth/testing/berth'
import type { Locator, Page } from '@playwright/test'
import { idOf } from './parts/api-client.ts'
import { expect, expectAccessible, type Journey, test } from './parts/journey.ts'
import { Samples } from './parts/samples.ts'
import type { Credentials } from './parts/skopeo.ts'

const repository = 'tools/app'

/** A project with a repository of small images, one for each tag. */
async function filled(journey: Journey, tags: string[]) {
  const team = await journey.createTeam()
  const samples = await Samples.open(journey, team.developer)
  const name = `${team.project}/${repository}`
  for (const tag of tags) await samples.image(`${name}:${tag}`)
  await samples.close()
  const base = `${journey.berth.url}/projects/${team.project}`
  return {
    team,
    name,
    base,
    url: `${base}/repositories/${repository}`,
    artifacts: `${base}/artifacts/${repository}`,
  }
}

const artifactsOf = (page: Page) => page.getByRole('table', { name: 'Artifacts' })

/** Presses until the row is chosen: a press on a page whose script has not arrived yet does nothing. */
async function choose(table: Locator, ...names: string[]): Promise<void> {
  for (const name of names) {
    const box = table.getByRole('checkbox', { name: `Select ${name}`, exact: true })
    const row = box.locator('xpath=ancestor::tr')
    await expect(async () => {
      if ((await row.getAttribute('aria-selected')) !== 'true') await box.click()
      await expect(row).toHaveAttribute('aria-selected', 'true', { timeout: 1_000 })
    }).toPass()
  }
}

async function open(journey: Journey, page: Page, url: string, person: Credentials = administrator) {
  await journey.enter(page, person)
  await page.goto(url)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
}

const immutable = (journey: Journey, project: string, pattern: string) =>
  journey.admin.call('CreateImmuRule', {
    path: { project_name_or_id: project },
    headers: { 'X-Is-Resource-Name': true },
    body: {
      action: 'immutable',
      template: 'immutable_template',
      tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern }],
      scope_selectors: {
        repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }],
      },
    },
  })

async function tagsIn(journey: Journey, project: string, name: string): Promise<string[]> {
  const { data } = await journey.admin.call('listArtifacts', {
    path: { project_name: project, repository_name: name },
    query: { page_size: 100, with_tag: true },
  })
  return data.flatMap(({ tags }) => tags?.map((tag) => tag.name) ?? []).sort()
}

test('of many artifacts each has its own outcome; what failed is tried again', async ({ journey, page }) => {
  const { team, url } = await filled(journey, ['keep', 'late', 'one', 'two'])
  await immutable(journey, team.project, 'keep')
  await open(journey, page, url)
  await choose(artifactsOf(page), 'keep', 'late', 'one', 'two')
  // A rule made after the list was read: the page does not know it yet.
  const { headers } = await immutable(journey, team.project, 'late')
  await page.getByRole('button', { name: 'Delete…' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('One artifact stays')
  await expect(dialog).toContainText('Tag keep is immutable')
  await expectAccessible(page)
  await dialog.getByRole('textbox').fill(repository)
  await dialog.getByRole('button', { name: 'Delete 3 artifacts' }).click()
  await expect(dialog.getByRole('status')).toHaveText(/2 of 3 done.*one failed/)
  await expect(dialog.getByRole('listitem').filter({ hasText: 'Failed' })).toContainText(
    'Tag late is immutable',
  )
  await expectAccessible(page)
  await expect.poll(() => tagsIn(journey, team.project, repository)).toEqual(['keep', 'late'])

  const ruleId = idOf({ headers })
  await journey.admin.call('DeleteImmuRule', {
    path: { project_name_or_id: team.project, immutable_rule_id: ruleId },
    headers: { 'X-Is-Resource-Name': true },
  })
  await dialog.getByRole('button', { name: 'Try the failed one again' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(page.getByText('3 artifacts deleted.')).toBeVisible()
  await expect.poll(() => tagsIn(journey, team.project, repository)).toEqual(['keep'])
})

test('four rows at a time; a stop begins no more and leaves the rest for later', async ({
  journey,
  page,
}) => {
  const tags = ['a', 'b', 'c', 'd', 'e', 'f']
  const { team, url } = await filled(journey, tags)
  await open(journey, page, url)
  await choose(artifactsOf(page), ...tags)
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let asked = 0
  await page.route(/\/api\/v2\.0\/.*\/artifacts\/sha256/, async (route) => {
    if (route.request().method() === 'DELETE') {
      asked += 1
      await held
    }
    await route.continue()
  })
  await page.getByRole('button', { name: 'Delete…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').fill(repository)
  await dialog.getByRole('button', { name: 'Delete 6 artifacts' }).click()
  await expect.poll(() => asked).toBe(4)
  await expect(dialog.getByText('Under way')).toHaveCount(4)
  // Escape does not hide work that is under way: it stops it.
  await page.keyboard.press('Escape')
  await expect(dialog.getByRole('button', { name: 'Stopping…' })).toBeVisible()
  release()
  await expect(dialog.getByRole('status')).toHaveText(/4 of 6 done.*2 not begun/)
  expect(asked).toBe(4)
  expect(await tagsIn(journey, team.project, repository)).toHaveLength(2)
  await dialog.getByRole('button', { name: 'Continue with the other 2' }).click()
  await expect(dialog).toHaveCount(0)
  await expect.poll(() => tagsIn(journey, team.project, repository)).toEqual([])
})

test('a label is made, put on artifacts, found by, taken off and deleted', async ({ journey, page }) => {
  const { team, base, url, artifacts } = await filled(journey, ['one', 'two', 'three'])
  await journey.admin.call('CreateLabel', { body: { name: `everywhere-${team.project}`, color: '#14804a' } })
  await open(journey, page, `${base}/labels`)
  await page.getByRole('button', { name: 'New label' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Create label' }).click()
  await expect(dialog).toContainText('Enter a name.')
  await dialog.getByRole('textbox', { name: 'Name' }).fill('ready to ship')
  await dialog.getByRole('button', { name: '#2f6fde' }).click()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Create label' }).click()
  await expect(page.getByRole('table', { name: 'Labels' })).toContainText('ready to ship')

  await page.goto(url)
  await choose(artifactsOf(page), 'one', 'two')
  await page.getByRole('button', { name: 'Labels…' }).click()
  await dialog.getByRole('checkbox', { name: /ready to ship/ }).check()
  await dialog.getByRole('checkbox', { name: /everywhere/ }).check()
  await expect(dialog).toContainText('Adds 2 labels.')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Apply' }).click()
  await expect(page.getByText('Labels of 2 artifacts changed.')).toBeVisible()
  const rows = artifactsOf(page).getByRole('row')
  await expect(rows.filter({ hasText: 'ready to ship' })).toHaveCount(2)

  await rows
    .nth(1)
    .or(rows.nth(2))
    .getByRole('link', { name: /label ready to ship/ })
    .first()
    .click()
  await expect(page).toHaveURL(/q=label/)
  await expect(rows).toHaveCount(3)
  await expect(rows.filter({ hasText: 'ready to ship' })).toHaveCount(2)
  await page.getByRole('searchbox', { name: /Filter/ }).fill('label:never-made')
  await expect(page.getByText('No artifact matches')).toBeVisible()

  await page.goto(`${artifacts}/:one`)
  const labels = page.getByRole('region', { name: 'Labels' })
  await expect(labels).toContainText('ready to ship')
  await labels.getByRole('button', { name: 'Remove label ready to ship' }).click()
  await expect(labels).not.toContainText('ready to ship')

  await page.goto(`${base}/labels`)
  await page.getByRole('button', { name: 'Delete label ready to ship' }).click()
  await expect(dialog).toContainText('One artifact loses it.')
  await dialog.getByRole('button', { name: 'Delete label' }).click()
  await expect(page.getByText('No labels yet')).toBeVisible()
  const { data } = await journey.admin.call('getArtifact', {
    path: { project_name: team.project, repository_name: repository, reference: 'two' },
    query: { with_label: true },
  })
  expect(data.labels?.map(({ name }) => name)).toEqual([`everywhere-${team.project}`])
})

test('artifacts are copied with their tags into another project, one with a tag of its own', async ({
  journey,
  page,
}) => {
  const { team, name, url, artifacts } = await filled(journey, ['one', 'two'])
  const other = await journey.createTeam()
  await journey.admin.call('createProjectMember', {
    path: { project_name_or_id: other.project },
    body: { role_id: 2, member_user: { username: team.developer.username } },
  })
  await open(journey, page, url, team.developer)
  await choose(artifactsOf(page), 'one', 'two')
  await expect(page.getByRole('button', { name: 'Delete…' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Copy…' }).click()
  const dialog = page.getByRole('dialog')
  const start = dialog.getByRole('button', { name: 'Copy 2 artifacts' })
  await expect(start).toBeDisabled()
  await dialog.getByRole('combobox', { name: 'To project' }).fill(team.project)
  await expect(dialog).toContainText('This is where it is already')
  await expectAccessible(page)
  await dialog.getByRole('combobox', { name: 'To project' }).fill(other.project)
  await dialog.getByRole('combobox', { name: 'Repository' }).fill('shipped/app')
  await start.click()
  const link = dialog.getByRole('link', { name: `Show in ${other.project}/shipped/app` })
  await expect(link).toHaveCount(2)
  expect(await tagsIn(journey, other.project, 'shipped/app')).toEqual(['one', 'two'])
  await link.first().click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('shipped/app')

  await page.goto(`${artifacts}/:one`)
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Copy…' }).click()
  await dialog.getByRole('combobox', { name: 'To project' }).fill(other.project)
  await dialog.getByRole('combobox', { name: 'Repository' }).fill('shipped/app')
  await dialog.getByRole('textbox', { name: 'Tag' }).fill('final')
  await dialog.getByRole('button', { name: 'Copy', exact: true }).click()
  await expect(link).toHaveCount(1)
  expect(await tagsIn(journey, other.project, 'shipped/app')).toEqual(['final', 'one', 'two'])

  // A project one may not push to is refused, row by row and in plain words.
  const foreign = await journey.createTeam()
  await page.goto(`${artifacts}/:two`)
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Copy…' }).click()
  await dialog.getByRole('combobox', { name: 'To project' }).fill(foreign.project)
  await dialog.getByRole('button', { name: 'Copy', exact: true }).click()
  await expect(dialog.getByRole('status')).toContainText('one failed')
  expect(await tagsIn(journey, team.project, repository)).toEqual(['one', 'two'])
  expect(name).toBe(`${team.project}/${repository}`)
})

test('an immutable tag says so and is not offered for deletion; its neighbours are', async ({
  journey,
  page,
}) => {
  const { team, artifacts } = await filled(journey, ['v1'])
  for (const tag of ['latest', 'next'])
    await journey.admin.call('createTag', {
      path: { project_name: team.project, repository_name: repository, reference: 'v1' },
      body: { name: tag },
    })
  await immutable(journey, team.project, 'v*')
  await open(journey, page, `${artifacts}/:latest?tab=tags`)
  const tags = page.getByRole('table', { name: 'Tags' })
  await expect(tags.getByRole('row').filter({ hasText: 'v1' })).toContainText('immutable')
  await choose(tags, 'v1')
  await expect(page.getByText('This tag is immutable: it cannot be deleted.')).toBeVisible()
  await expect(page.getByRole('button', { name: /Delete/ })).toHaveCount(0)
  await choose(tags, 'next')
  await page.getByRole('button', { name: 'Delete tag…' }).click()
  await expect(page.getByRole('dialog')).toContainText('v1 is immutable and stays')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete tag' }).click()
  await expect(tags.getByRole('link', { name: 'next' })).toHaveCount(0)
  await expect.poll(() => tagsIn(journey, team.project, repository)).toEqual(['latest', 'v1'])
})
