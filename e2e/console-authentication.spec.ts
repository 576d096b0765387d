import { type Openldap, startOpenldap } from '@berth/testing/openldap'
import type { Page } from '@playwright/test'
import { expect, expectAccessible, test } from './parts/journey.ts'

const person = (uid: string, cn: string) => ({
  dn: `uid=${uid},dc=example,dc=com`,
  attributes: {
    objectClass: 'inetOrgPerson',
    uid,
    cn,
    sn: cn,
    mail: `${uid}@example.com`,
    userPassword: `${uid}-Secret-1`,
  },
})

let directory: Openldap
test.beforeAll(async () => {
  directory = await startOpenldap({
    entries: [
      person('ada', 'Ada Lovelace'),
      person('grace', 'Grace Hopper'),
      {
        dn: 'cn=engineers,dc=example,dc=com',
        attributes: { objectClass: 'groupOfNames', cn: 'engineers', member: 'uid=ada,dc=example,dc=com' },
      },
    ],
  })
})
test.afterAll(() => directory?.stop())

/** Fields work once the page's script has arrived: typed until the form says that something is unsaved. */
async function fillFirst(page: Page, label: string, value: string): Promise<void> {
  await expect(async () => {
    await page.getByLabel(label, { exact: true }).fill('')
    await page.getByLabel(label, { exact: true }).fill(value)
    await expect(page.getByText('Unsaved changes')).toBeVisible({ timeout: 1_000 })
  }).toPass()
}

test('a directory is tried before it is saved, becomes the source of people, and people are imported from it', async ({
  journey,
  page,
}) => {
  const { berth } = journey
  test.slow()
  try {
    await journey.enter(page)
    await page.goto(`${berth.url}/configurations/ldap`)
    await fillFirst(page, 'Addresses', 'ldap://127.0.0.1:1')
    await page.getByLabel('Base DN of people').fill(directory.baseDn)
    const panel = page.getByRole('list', { name: 'Steps of the test' })
    await page.getByRole('button', { name: 'Run test' }).click()
    await expect(page.getByText('This does not work yet')).toBeVisible()
    await expect(panel).toContainText('Check host, port and firewall')

    await page.getByRole('button', { name: 'OpenLDAP' }).click()
    await page.getByLabel('Addresses').fill(directory.url)
    await page.getByLabel('DN', { exact: true }).fill(directory.admin.dn)
    await page.getByLabel('Password', { exact: true }).fill(directory.admin.password)
    await page.getByLabel('Look for this person').fill('ada@example.com')
    await page.getByLabel('Their password').fill('ada-Secret-1')
    await page.getByLabel('Their password').press('Enter')
    await expect(page.getByText('Everything works')).toBeVisible()
    await expect(panel).toContainText('uid=ada,dc=example,dc=com')
    await page.getByLabel('Their password').fill('wrong')
    await page.getByRole('button', { name: 'Run test' }).click()
    await expect(panel).toContainText('invalidCredentials')
    await expectAccessible(page)

    await page.getByLabel('Timeout in seconds').fill('soon')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('link', { name: /^Timeout in seconds/ }).click()
    await expect(page.getByLabel('Timeout in seconds')).toBeFocused()
    await page.getByLabel('Timeout in seconds').fill('5')
    await page.getByLabel('Filter for people').fill('(uid=')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('This cannot be saved')).toBeVisible()
    await page.getByLabel('Filter for people').fill('(objectClass=inetOrgPerson)')
    await page.getByLabel('Base DN of groups').fill(directory.baseDn)
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('Saved', { exact: true })).toBeVisible()
    await expect(page.getByLabel('Password', { exact: true })).toHaveValue('')

    await page.getByRole('link', { name: 'Sign-in', exact: true }).click()
    await page.getByRole('radio', { name: 'LDAP or Active Directory' }).check()
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('Saved', { exact: true })).toBeVisible()

    await page.goto(`${berth.url}/users`)
    await page.getByRole('link', { name: 'Import from directory' }).click()
    const people = page.getByRole('table', { name: 'Import people' })
    await expect(people).toContainText('Ada Lovelace')
    await page.getByRole('checkbox', { name: 'Select grace' }).check()
    await page.getByRole('button', { name: 'Import', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Import', exact: true }).click()
    await expect(page.getByText('One person imported.')).toBeVisible()

    await page.goto(`${berth.url}/users?source=ldap`)
    const users = page.getByRole('table', { name: 'Users' })
    await expect(users.getByRole('row')).toHaveCount(2)
    await expect(users).toContainText('grace')
    await page.getByRole('button', { name: 'Actions for grace' }).click()
    await expect(page.getByRole('menuitem', { name: 'Disable' })).toBeVisible()
    await expect(page.getByRole('menuitem', { name: 'Reset password' })).toHaveCount(0)

    await page.goto(`${berth.url}/groups?add=1`)
    const dialog = page.getByRole('dialog')
    await expect(async () => {
      await dialog.getByRole('textbox', { name: 'Search the directory' }).fill('engin')
      await dialog.getByRole('button', { name: 'Search' }).click()
      await expect(dialog.getByRole('list', { name: 'Groups found' })).toBeVisible({ timeout: 2_000 })
    }).toPass()
    await dialog.getByRole('button', { name: 'engineers' }).click()
    await expect(dialog.getByLabel('Name', { exact: true })).toHaveValue('engineers')
    await expectAccessible(page)
    await dialog.getByRole('button', { name: 'Add group' }).click()
    await expect(page.getByRole('table', { name: 'Groups' })).toContainText('cn=engineers,dc=example,dc=com')
  } finally {
    await journey.admin.call('updateConfigurations', {
      body: { auth_mode: 'db_auth', ldap_url: '', ldap_group_base_dn: '' },
    })
  }
})
