import { createHmac } from 'node:crypto'
import type { Page } from '@playwright/test'
import { expect, expectAccessible, test } from './parts/journey.ts'

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
/** What an authenticator app shows (RFC 6238): SHA-1, 6 digits, 30 seconds; `ahead` steps from now. */
function code(secret: string, ahead = 0): string {
  const bits = [...secret].map((sign) => BASE32.indexOf(sign).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead))
  const mac = createHmac('sha1', key).update(counter).digest()
  const number = mac.readUInt32BE(mac[19]! & 0xf) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}

const pressed = async (page: Page, name: string) => {
  await page.getByRole('button', { name, exact: true }).focus()
  await page.keyboard.press('Enter')
}
const basic = (username: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
})

test('by keyboard: a token is made, signs in, and is revoked', async ({ journey, page }) => {
  const person = await journey.createUser('tokens')
  await journey.signIn(page, person)
  expect(await page.context().cookies()).toContainEqual(
    expect.objectContaining({ name: 'berth-device', httpOnly: true }),
  )
  await page.goto(`${journey.berth.url}/profile`)
  await expect(page.getByText('No tokens yet.')).toBeVisible()
  await expect(async () => {
    await pressed(page, 'New token')
    await expect(page.getByRole('dialog')).toBeVisible({ timeout: 1_000 })
  }).toPass()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByLabel('Name')).toBeFocused()
  await page.keyboard.type('laptop')
  await dialog.getByLabel('Read through the API').focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('Enter')
  const secret = (await dialog.getByText(/^bpt_/).textContent())!
  await expect(dialog.getByText(`-u '${person.username}'`).first()).toBeVisible()
  await expectAccessible(page)
  const ask = async () =>
    (
      await fetch(`${journey.berth.url}/api/v2.0/users/current`, {
        headers: basic(person.username, secret),
      })
    ).status
  expect(await ask()).toBe(200)
  await pressed(page, 'Done')
  await expect(page.getByText('pull api:read')).toBeVisible()
  await pressed(page, 'Revoke laptop')
  await pressed(page, 'Revoke')
  await expect(page.getByText('No tokens yet.')).toBeVisible()
  await expect.poll(ask).toBe(401)
})

test('by keyboard: a second factor is set up, asked for at sign-in, and a session is ended', async ({
  journey,
  page,
  browser,
}) => {
  const person = await journey.createUser('factor')
  await journey.enter(page, person)
  await page.goto(`${journey.berth.url}/profile`)
  await expect(async () => {
    await pressed(page, 'Set up')
    await expect(page.getByRole('dialog')).toBeVisible({ timeout: 1_000 })
  }).toPass()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByLabel('Password')).toBeFocused()
  await page.keyboard.type(person.password)
  await page.keyboard.press('Enter')
  const secret = (await dialog.getByText(/^[A-Z2-7]{32}$/).textContent())!
  await expect(dialog.getByRole('img', { name: 'QR code for the authenticator app' })).toBeVisible()
  await expectAccessible(page)
  await dialog.getByRole('textbox', { name: 'Code' }).fill(code(secret))
  await page.keyboard.press('Enter')
  const recovery = dialog.getByRole('listitem')
  await expect(recovery).toHaveCount(10)
  const [first] = await recovery.allTextContents()
  await pressed(page, 'I have kept them')
  await expect(page.getByText('10 recovery codes left')).toBeVisible()

  // The password alone is none for tools any more, and says what is.
  const refused = await fetch(`${journey.berth.url}/api/v2.0/users/current`, {
    headers: basic(person.username, person.password),
  })
  expect(refused.status).toBe(401)
  expect(await refused.text()).toContain('personal access token')

  const context = await browser.newContext()
  const elsewhere = await context.newPage()
  await elsewhere.goto(`${journey.berth.url}/sign-in`)
  await elsewhere.getByLabel('Username').fill(person.username)
  await elsewhere.getByLabel('Password', { exact: true }).fill(person.password)
  await elsewhere.getByRole('button', { name: 'Sign in' }).click()
  await expect(elsewhere.getByLabel('Code')).toBeFocused()
  expect((await elsewhere.context().cookies()).filter(({ name }) => name === 'sid')).toEqual([])
  await expectAccessible(elsewhere)
  await elsewhere.keyboard.type('not-the-code')
  await elsewhere.keyboard.press('Enter')
  await expect(elsewhere.getByText('The code is wrong')).toBeVisible()
  await elsewhere.getByLabel('Code').fill(first!)
  await elsewhere.keyboard.press('Enter')
  await expect(elsewhere.getByRole('heading', { level: 1, name: 'Projects' })).toBeVisible()

  await page.reload()
  await expect(page.getByText('This session')).toBeVisible()
  await expect(async () => {
    await pressed(page, 'End all other sessions')
    await expect(page.getByText('This is your only session.')).toBeVisible({ timeout: 1_000 })
  }).toPass()
  await expect(async () => {
    await elsewhere.goto(`${journey.berth.url}/profile`)
    expect(new URL(elsewhere.url()).pathname).toBe('/sign-in')
  }).toPass({ timeout: 15_000 })
  await context.close()
})

test('an administrator sees where a person is signed in and with which tokens, and ends both', async ({
  journey,
  page,
  browser,
}) => {
  const person = await journey.createUser('watched')
  const context = await browser.newContext()
  const elsewhere = await context.newPage()
  await journey.enter(elsewhere, person)
  const { data: token } = await journey
    .api(person)
    .call('createMyAccessToken', { body: { name: 'builds', scopes: ['pull', 'api:read'] } })
  await journey.enter(page)
  await page.goto(`${journey.berth.url}/users?q=${person.username}`)
  await page.getByRole('link', { name: person.username }).click()
  await expect(page.getByRole('heading', { level: 1, name: person.username })).toBeVisible()
  await expect(page.getByText('Not set up')).toBeVisible()
  await pressed(page, 'Revoke builds')
  await pressed(page, 'Revoke')
  await expect(page.getByText(`${person.username} has no tokens.`)).toBeVisible()
  const ask = () =>
    fetch(`${journey.berth.url}/api/v2.0/users/current`, { headers: basic(person.username, token.secret) })
  await expect.poll(async () => (await ask()).status).toBe(401)
  await pressed(page, 'End all sessions')
  await expect(page.getByText('Not signed in anywhere.')).toBeVisible()
  await expect(async () => {
    await elsewhere.goto(`${journey.berth.url}/profile`)
    expect(new URL(elsewhere.url()).pathname).toBe('/sign-in')
  }).toPass({ timeout: 15_000 })
  await context.close()
})

test('a visitor makes an account where the installation lets them, and is signed in with it', async ({
  journey,
  page,
}) => {
  const { url } = journey.berth
  const name = `visitor-${Date.now()}`
  await journey.admin.call('updateConfigurations', { body: { self_registration: true } })
  try {
    const link = page.getByRole('link', { name: 'Create an account' })
    // A changed setting is at most three seconds away.
    await expect(async () => {
      await page.goto(`${url}/sign-in`)
      await expect(link).toBeVisible({ timeout: 1_000 })
    }).toPass()
    await link.click()
    await page.getByLabel('Username').fill(name)
    await page.getByLabel('Email').fill(`${name}@example.com`)
    await page.getByLabel('Password').fill('weak')
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect(page.getByLabel('Password')).toHaveAttribute('aria-invalid', 'true')
    await expectAccessible(page)
    await page.getByLabel('Password').fill('Passw0rd')
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect(page.getByRole('button', { name: `Account of ${name}` })).toBeVisible()
  } finally {
    await journey.admin.call('updateConfigurations', { body: { self_registration: false } })
  }
  await expect(async () => {
    expect((await fetch(`${url}/sign-up`)).status).toBe(404)
  }).toPass()
})
