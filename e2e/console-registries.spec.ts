import { administrator } from '@berth/testing/berth'
import { expect, test } from './parts/journey.ts'

test('a registry is tried before it is added, changed, and deleted with the policies that use it', async ({
  journey,
  page,
}) => {
  const { berth, admin } = journey
  const name = `site-${Date.now()}`
  await journey.enter(page)
  await page.goto(`${berth.url}/registries/new`)
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name)
  await page
    .getByRole('combobox', { name: 'Address' })
    .or(page.getByRole('textbox', { name: 'Address' }))
    .fill(berth.url)
  await page.getByRole('textbox', { name: 'Access name' }).fill(administrator.username)
  const secret = page.getByLabel('Secret', { exact: true })
  await secret.fill('Wrong-password-1')
  const tryIt = page.getByRole('button', { name: 'Test connection' })
  await tryIt.click()
  await expect(page.getByText('it refuses these credentials')).toBeVisible()
  await secret.fill(administrator.password)
  await tryIt.click()
  await expect(page.getByText('It answers and lets Berth in.')).toBeVisible()
  await page.getByRole('button', { name: 'Add registry' }).click()
  const row = page.getByRole('row', { name })
  await expect(row).toContainText('Healthy')

  await row.getByRole('link', { name }).click()
  await expect(secret).toHaveValue('')
  await page.getByText('Certificates, limits and note').click()
  await page.getByRole('textbox', { name: 'Description' }).fill('the other site')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(row).toContainText('the other site')

  const { data: found } = await admin.call('listRegistries', { query: { name } })
  await admin.call('createReplicationPolicy', {
    body: { name: `to-${name}`, dest_registry: { id: found[0]!.id! }, enabled: false },
  })
  await row.getByRole('button', { name: `Actions for ${name}` }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  await expect(page.getByRole('dialog')).toContainText(`to-${name}`)
  await page.getByRole('dialog').getByRole('button', { name: 'Delete registry and policy' }).click()
  await expect(row).toHaveCount(0)
  const { data: left } = await admin.call('listReplicationPolicies', { query: { name: `to-${name}` } })
  expect(left).toEqual([])
})
