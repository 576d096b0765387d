import type { Page } from '@playwright/test'
import { expect, type Journey, test } from './parts/journey.ts'
import { Samples } from './parts/samples.ts'
import type { Credentials } from './parts/skopeo.ts'

async function open(journey: Journey, page: Page, url: string, person: Credentials) {
  await journey.enter(page, person)
  await page.goto(url)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
}

test('a chart shows its readme, values and dependencies, and runs nothing of them', async ({
  journey,
  page,
}) => {
  const team = await journey.createTeam()
  const samples = await Samples.open(journey, team.developer)
  await samples.chart(`${team.project}/charts/web:1.2.3`)
  await samples.close()
  const dialogs: string[] = []
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  const url = `${journey.berth.url}/projects/${team.project}/artifacts/charts/web/:1.2.3`
  await open(journey, page, url, team.guest)
  await page.getByRole('link', { name: 'Readme' }).click()
  const readme = page.getByRole('article')
  await expect(readme.getByRole('heading', { name: 'Web' })).toBeVisible()
  await expect(readme).toContainText('<script>alert(1)</script>')
  await expect(readme.getByRole('link', { name: 'docs' })).toHaveAttribute('rel', /nofollow/)
  await page.getByRole('link', { name: 'Values' }).click()
  await expect(page.getByText('replicas: 2')).toBeVisible()
  await page.getByRole('link', { name: 'Dependencies' }).click()
  await expect(page.getByRole('table', { name: 'Dependencies' })).toContainText('oci://charts.example.com')
  expect(dialogs).toEqual([])
})

test('what is attached to an image stands on its page by kind, also when only a tag tells', async ({
  journey,
  page,
}) => {
  const team = await journey.createTeam()
  const repository = 'tools/app'
  const name = `${team.project}/${repository}`
  const samples = await Samples.open(journey, team.developer)
  const image = await samples.image(`${name}:1.0`)
  await samples.signature(name, image)
  await samples.attachment(name, 'application/spdx+json', image)
  await samples.close()
  const url = `${journey.berth.url}/projects/${team.project}`
  await open(journey, page, `${url}/artifacts/${repository}/:1.0`, team.guest)
  await expect(page.getByRole('table', { name: 'Signatures' })).toContainText('Cosign signature')
  await expect(page.getByRole('table', { name: /SBOM/ })).toContainText('application/spdx+json')
  await page.goto(`${url}/repositories/${repository}`)
  await expect(page.getByRole('table', { name: 'Artifacts' }).getByRole('row')).toHaveCount(2)
})
