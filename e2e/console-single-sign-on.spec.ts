import { type OidcPerson, startOidcProvider, type TestOidcProvider } from '@berth/testing/oidc-provider'
import type { BrowserContext } from '@playwright/test'
import { expect, expectAccessible, test } from './parts/journey.ts'
import {
  answerProvider,
  atHome,
  catchReturn,
  client,
  clientOf,
  configure,
  signIn,
  toProvider,
  unique,
} from './parts/single-sign-on.ts'
import { Skopeo } from './parts/skopeo.ts'

// One Berth, one provider. Each change of settings gives the provider another name: when the sign-in page shows it, the
// settings hold there.

// The browser goes to a provider whose authority only that test knows. Whether Berth trusts it is what is looked at.
test.use({ ignoreHTTPSErrors: true })

const people: OidcPerson[] = []
let provider: TestOidcProvider

const addPerson = (username: string, claims: Record<string, unknown> = {}): OidcPerson => {
  const person = { username, password: `${username}-secret`, claims: { name: `Ms ${username}`, ...claims } }
  people.push(person)
  return person
}
const base = () => ({
  auth_mode: 'oidc_auth',
  primary_auth_mode: false,
  oidc_endpoint: provider.issuer,
  oidc_client_id: client.id,
  oidc_client_secret: client.secret,
  oidc_ca: '',
  oidc_verify_cert: true,
  oidc_auto_onboard: true,
  oidc_logout: false,
  oidc_groups_claim: 'groups',
  oidc_admin_group: 'berth-admins',
  oidc_group_filter: '^berth-',
  oidc_scope: 'openid,profile,email,groups',
})

const cookieNames = async (context: BrowserContext) => (await context.cookies()).map(({ name }) => name)

test.beforeAll(async ({ journey }) => {
  provider = await startOidcProvider({ people, clients: [clientOf(journey)] })
})
test.afterAll(async ({ journey, browser }) => {
  await provider.stop()
  await journey.admin.call('updateConfigurations', {
    body: { auth_mode: 'db_auth', primary_auth_mode: false, oidc_endpoint: '' },
  })
  // Settings are remembered for a few seconds, and other journeys sign in with a password.
  const page = await browser.newPage()
  await expect(async () => {
    await page.goto(`${journey.berth.url}/sign-in`)
    await expect(page.getByLabel('Username')).toBeVisible({ timeout: 2_000 })
    await expect(page.getByRole('button', { name: /^Sign in with/ })).toHaveCount(0, { timeout: 1_000 })
  }).toPass({ timeout: 30_000 })
  await page.close()
})

test('somebody new chooses a name, and a name that is another account’s is never handed over', async ({
  journey,
  page,
}) => {
  await configure(journey, page, { ...base(), oidc_auto_onboard: false })
  const name = unique('ada')
  const ada = addPerson(name, { preferred_username: 'admin', email: 'admin@example.com' })
  await signIn(journey, page, ada, '?next=/about')
  await expect(page.getByRole('heading', { name: 'Choose your name in Berth' })).toBeVisible()
  await expect(page.getByLabel('Username')).toHaveValue('admin')
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByText('This name is taken')).toBeVisible()
  await expectAccessible(page)
  // The page as others see it; it has no place among the pages that a signed-in person visits.
  await page.setViewportSize({ width: 390, height: 844 })
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.context().addCookies([{ name: 'berth-locale', value: 'zh-CN', url: journey.berth.url }])
  await page.goto(`${journey.berth.url}/sign-in/name`)
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
  await expectAccessible(page)
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
  await page.context().addCookies([{ name: 'berth-locale', value: 'en', url: journey.berth.url }])
  await page.goto(`${journey.berth.url}/sign-in/name`)
  expect(await cookieNames(page.context())).not.toContain('sid')
  await page.getByLabel('Username').fill(name)
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page).toHaveURL(`${journey.berth.url}/about`)
  const { data } = await journey.admin.call('listUsers', { query: { q: `username=${name}` } })
  expect(data).toMatchObject([{ username: name, realname: `Ms ${name}`, sysadmin_flag: false }])
  expect(await cookieNames(page.context())).not.toContain('berth-newcomer')
  // The next time nobody is asked.
  await page.context().clearCookies()
  await signIn(journey, page, ada)
  await atHome(page)
})

test('a group from the provider gives a role in the console, an admin group everything, until the next sign-in', async ({
  journey,
  page,
}) => {
  await configure(journey, page, base())
  const project = unique('grouped')
  const group = unique('berth-devs')
  await journey.admin.call('createProject', { body: { project_name: project } })
  await journey.admin.call('createProjectMember', {
    path: { project_name_or_id: project },
    body: { role_id: 2, member_group: { group_name: group, group_type: 3 } },
  })
  const dev = addPerson(unique('dev'), { groups: [group, 'others'] })
  dev.claims = { ...dev.claims, preferred_username: dev.username }
  await signIn(journey, page, dev)
  await atHome(page)
  await expect(page.getByRole('link', { name: project })).toBeVisible()
  await page.goto(`${journey.berth.url}/users`)
  await expect(page.getByRole('table')).toHaveCount(0)

  dev.claims = { ...dev.claims, groups: ['berth-admins'] }
  await page.context().clearCookies()
  await signIn(journey, page, dev)
  await atHome(page)
  await page.goto(`${journey.berth.url}/users`)
  await expect(page.getByRole('table')).toContainText('admin')
  const { data } = await journey.admin.call('listUsers', { query: { q: `username=${dev.username}` } })
  expect(data[0]).toMatchObject({ sysadmin_flag: false })

  dev.claims = { ...dev.claims, groups: [] }
  await page.context().clearCookies()
  await signIn(journey, page, dev)
  await atHome(page)
  await expect(page.getByRole('link', { name: project })).toHaveCount(0)
})

test('a CLI secret made in the console pushes with skopeo; the one before and the console’s form refuse it', async ({
  journey,
  page,
}) => {
  await configure(journey, page, base())
  const project = unique('tools')
  const group = unique('berth-tools')
  await journey.admin.call('createProject', { body: { project_name: project } })
  await journey.admin.call('createProjectMember', {
    path: { project_name_or_id: project },
    body: { role_id: 2, member_group: { group_name: group, group_type: 3 } },
  })
  const name = unique('tool')
  await signIn(journey, page, addPerson(name, { preferred_username: name, groups: [group] }))
  await atHome(page)
  await page.goto(`${journey.berth.url}/profile`)
  const box = page.locator('section').filter({ has: page.getByRole('heading', { name: 'CLI secret' }) })
  const makeSecret = async (before = '') => {
    await page.getByRole('button', { name: 'Make a new CLI secret' }).click()
    await expect(box.locator('code')).toHaveText(/^\w{32}$/)
    await expect(box.locator('code')).not.toHaveText(before)
    return (await box.locator('code').textContent())!
  }
  const first = await makeSecret()
  const second = await makeSecret(first)
  await expect(page.getByLabel('Current password')).toHaveCount(0)
  const layout = `${journey.image.layout.folder}:latest`
  const as = (password: string) => new Skopeo(journey.berth.url, { username: name, password })
  expect(await as(second).push(layout, `${project}/app:1`)).toMatchObject({ code: 0 })
  expect((await as(first).push(layout, `${project}/app:2`)).stderr).toMatch(/unauthorized|401/i)
  await page.context().clearCookies()
  await journey
    .api({ username: name, password: second })
    .call('getCurrentUserInfo')
    .then(({ data }) => expect(data.oidc_user_meta).toMatchObject({ subiss: name + provider.issuer }))
  await page.goto(`${journey.berth.url}/sign-in`)
  await page.getByLabel('Username').fill(name)
  await page.getByLabel('Password', { exact: true }).fill(second)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByText('Username or password is wrong')).toBeVisible()
})

test('signing out ends the session at the provider too, where that is set', async ({ journey, page }) => {
  await configure(journey, page, { ...base(), oidc_logout: true })
  const name = unique('leaver')
  await signIn(journey, page, addPerson(name, { preferred_username: name }))
  await atHome(page)
  await page.getByRole('button', { name: /Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(`${journey.berth.url}/projects`)
  // The provider asks who it is.
  await toProvider(journey, page)
})

test('answers of the provider count once, and only in the browser that began', async ({
  journey,
  page,
  browser,
}) => {
  await configure(journey, page, base())
  const name = unique('victim')
  const victim = addPerson(name, { preferred_username: name })
  const answer = await catchReturn(journey, page, victim)

  const thief = await browser.newContext()
  const other = await thief.newPage()
  await other.goto(answer)
  await expect(other.getByText('This sign-in was not begun here')).toBeVisible()
  // With a sign-in of the thief's own: the state is right now, and the provider compares the verifier.
  await toProvider(journey, other)
  const began = new URL(await catchReturn(journey, other, addPerson(unique('thief'))))
  began.searchParams.set('code', new URL(answer).searchParams.get('code')!)
  await other.goto(began.href)
  await expect(other.getByText('The provider refused this sign-in')).toBeVisible()
  expect(await cookieNames(thief)).not.toContain('sid')
  await thief.close()

  const changed = new URL(answer)
  changed.searchParams.set('state', 'another')
  await page.goto(changed.href)
  await expect(page.getByText('This sign-in was not begun here')).toBeVisible()

  await page.context().clearCookies()
  const right = await catchReturn(journey, page, victim)
  await page.goto(right)
  await atHome(page)
  await page.goto(right)
  await page.context().clearCookies({ name: 'sid' })
  await page.goto(right)
  await expect(page.getByText('This sign-in was not begun here')).toBeVisible()
  await page.goto(`${journey.berth.url}/c/oidc/callback?error=access_denied&error_description=<b>x`)
  await expect(page.getByText('The provider did not sign you in')).toBeVisible()
})

test('a provider that is down keeps nobody with a password out; its certificate must be right, or of an authority that is set', async ({
  journey,
  page,
}) => {
  const secure = await startOidcProvider({ people, clients: [clientOf(journey)], tls: true })
  try {
    const endpoint = { ...base(), oidc_endpoint: secure.issuer }
    await configure(journey, page, endpoint)
    await page.getByRole('button', { name: /^Sign in with/ }).click()
    await expect(page.getByText('The provider cannot be trusted')).toBeVisible()
    const ping = (body: Record<string, unknown>) =>
      journey.admin.call('pingOIDC', { body }).then(
        ({ status }) => status,
        (error) => error.status,
      )
    expect(await ping({ url: secure.issuer })).toBe(400)
    expect(await ping({ url: secure.issuer, verify_cert: false })).toBe(200)
    await configure(journey, page, { ...endpoint, oidc_ca: secure.authorityPem })
    expect(await ping({ url: secure.issuer })).toBe(200)
    const name = unique('secure')
    await signIn(journey, page, addPerson(name, { preferred_username: name }))
    await atHome(page)
  } finally {
    await secure.stop()
  }
  await page.context().clearCookies()
  // Another scheme than before, so that nothing is remembered of it.
  await configure(journey, page, { ...base(), oidc_endpoint: secure.issuer.replace('https', 'http') })
  await page.getByRole('button', { name: /^Sign in with/ }).click()
  await expect(page.getByText('The provider does not answer')).toBeVisible()
  await journey.signIn(page)
})

test('with single sign-on first, the page goes on by itself, and says how to stay', async ({
  journey,
  page,
}) => {
  await configure(journey, page, base())
  await journey.admin.call('updateConfigurations', { body: { primary_auth_mode: true } })
  await expect(async () => {
    await page.goto(`${journey.berth.url}/sign-in?next=//evil.example`)
    await page.waitForURL((url) => url.origin === provider.issuer, { timeout: 2_000 })
  }).toPass()
  const name = unique('primary')
  await answerProvider(page, addPerson(name, { preferred_username: name }))
  await atHome(page)
  await page.context().clearCookies()
  await page.goto(`${journey.berth.url}/sign-in?local`)
  await expect(page.getByLabel('Username')).toBeVisible()
})
