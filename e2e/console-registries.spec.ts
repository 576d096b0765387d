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
  const add = page.getByRole('button', { name: 'Add registry' })
  const summary = page.getByRole('alert').filter({ hasText: 'Give it a name.' })
  const nameField = page.getByRole('textbox', { name: 'Name', exact: true })
  await add.click()
  await expect(summary).toBeFocused()
  // With the first letter there is a problem less, and the next ones go to the field as well.
  await nameField.pressSequentially(name)
  await expect(nameField).toHaveValue(name)
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
  await add.click()
  const row = page.getByRole('row', { name })
  await expect(row).toContainText('Healthy')

  await row.getByRole('link', { name }).click()
  await expect(secret).toHaveValue('')
  const fold = page.getByText('Certificates, limits and note', { exact: true })
  await fold.click()
  await page.getByRole('textbox', { name: 'Description' }).fill('the other site')
  const bandwidth = page.getByRole('textbox', { name: 'Bandwidth (kbit/s)' })
  await bandwidth.fill('plenty')
  await fold.click()
  const save = page.getByRole('button', { name: 'Save' })
  await save.click()
  await page.getByRole('alert').getByRole('link').click()
  await expect(bandwidth).toBeFocused()
  await bandwidth.fill('0')
  await save.click()
  await expect(row).toContainText('the other site')

  await page.goto(`${berth.url}/registries/new`)
  await nameField.fill(name)
  await page.getByRole('textbox', { name: 'Address' }).fill(berth.url)
  await add.click()
  const taken = page.getByRole('alert').filter({ hasText: `There is already a registry named ${name}.` })
  await expect(taken).toBeFocused()
  await nameField.fill(`${name}2`)
  await expect(taken).toHaveCount(0)
  await page.goto(`${berth.url}/registries`)

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
