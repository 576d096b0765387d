import { administrator, freshBerth, quickFolder, startRegistry } from '@berth/testing/berth'
import { test } from '@playwright/test'
import { apiClient } from './parts/api-client.ts'
import { expect, expectAccessible } from './parts/journey.ts'
import { Skopeo } from './parts/skopeo.ts'
import { buildSmallImage } from './parts/small-image.ts'

test('a registry with content that Berth never saw is adopted in the browser and pulled afterwards', async ({
  page,
}) => {
  test.setTimeout(300_000)
  const registry = await startRegistry()
  const [app, alpine] = await Promise.all([buildSmallImage(), buildSmallImage()])
  const direct = new Skopeo(registry.url)
  for (const [image, reference] of [
    [app, 'shop/backend/api:1.0'],
    [app, 'shop/backend/api:latest'],
    [app, 'tools/cli:2'],
    [alpine, 'alpine:3'],
  ] as const)
    expect(await direct.push(image.layout, reference)).toMatchObject({ code: 0 })
  const berth = await freshBerth({ REGISTRY_URL: registry.url }, quickFolder)
  try {
    const admin = apiClient(berth.url, administrator)
    await admin.call('createProject', { body: { project_name: 'tools', metadata: { public: 'false' } } })
    await page.goto(`${berth.url}/sign-in`)
    await page.getByLabel('Username').fill(administrator.username)
    await page.getByLabel('Password', { exact: true }).fill(administrator.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Projects' })).toBeVisible()

    // A plan without a project for names of one part: it says what is left out.
    await page.getByRole('link', { name: 'Adopt registry' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Adopt registry' })).toBeVisible()
    await page.getByRole('button', { name: 'Make a plan' }).click()
    await expect(page.getByRole('heading', { level: 1, name: /^Plan #/ })).toBeVisible()
    const proposed = page.getByRole('table', { name: 'Proposed projects' })
    await expect(proposed.getByRole('row', { name: /shop/ })).toContainText('New project', {
      timeout: 60_000,
    })
    await expect(proposed.getByRole('row', { name: /tools/ })).toContainText('Exists')
    await expect(page.getByText('1 repository has no project')).toBeVisible()
    await expectAccessible(page)

    await page.getByRole('button', { name: 'Choose a project' }).click()
    await page.getByLabel('Project for names without a slash').fill('library')
    await page.getByRole('button', { name: 'Make a plan' }).click()
    await expect(proposed.getByRole('row', { name: /library/ })).toBeVisible({ timeout: 60_000 })
    expect((await admin.call('listProjects', { query: {} })).data.map(({ name }) => name)).toEqual(['tools'])

    await page.getByRole('button', { name: 'Import all 3 projects' }).click()
    await expect(page.getByRole('heading', { level: 1, name: /^Import #/ })).toBeVisible()
    await expect(page.getByText('100 % · 3 of 3 repositories')).toBeVisible({ timeout: 60_000 })
    await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '100')
    const adopted = page.getByRole('table', { name: 'Imported so far' })
    await expect(adopted.getByRole('row', { name: /library/ })).toBeVisible()
    await expectAccessible(page)

    const skopeo = new Skopeo(berth.url, administrator)
    for (const [reference, digest] of [
      ['shop/backend/api:1.0', app.digest],
      ['library/alpine:3', alpine.digest],
    ]) {
      const pulled = await skopeo.inspectRaw(reference!)
      expect(pulled, pulled.stderr).toMatchObject({ code: 0 })
      const { data } = await admin.call('getArtifact', {
        path: {
          project_name: reference!.split('/')[0]!,
          repository_name: reference!.split('/').slice(1).join('/').split(':')[0]!,
          reference: reference!.split(':')[1]!,
        },
      })
      expect(data.digest).toBe(digest)
    }

    // What the registry loses afterwards, a comparison reports.
    await page.getByRole('link', { name: 'Reconcile' }).click()
    await page.getByRole('button', { name: 'Compare and report' }).click()
    await expect(page.getByRole('heading', { level: 1, name: /report only$/ })).toBeVisible()
    await expect(page.getByText(/^100 % · /)).toBeVisible({ timeout: 60_000 })
    await expectAccessible(page)
  } finally {
    await berth.stop()
    await Promise.all([registry.stop(), app.remove(), alpine.remove()])
  }
})
