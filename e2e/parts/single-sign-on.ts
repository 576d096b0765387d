import { randomBytes } from 'node:crypto'
import type { OidcPerson } from '@berth/testing/oidc-provider'
import type { Page } from '@playwright/test'
import { expect, type Journey } from './journey.ts'

/** What journeys do at the sign-in page and at the provider's own. */

export const client = { id: 'berth', secret: 'a secret & of %the client' }
export const unique = (name: string) => `${name}-${randomBytes(3).toString('hex')}`

export const clientOf = (journey: Journey) => ({
  ...client,
  redirectUris: [`${journey.berth.url}/c/oidc/callback`],
  postLogoutRedirectUris: [`${journey.berth.url}/projects`],
})

/** Gives the name under which the sign-in page offers the provider with these settings. */
export async function configure(
  journey: Journey,
  page: Page,
  settings: Record<string, unknown>,
): Promise<string> {
  const name = unique('Provider')
  await journey.admin.call('updateConfigurations', { body: { oidc_name: name, ...settings } })
  await expect(async () => {
    await page.goto(`${journey.berth.url}/sign-in`)
    await expect(page.getByRole('button', { name: `Sign in with ${name}` })).toBeVisible({ timeout: 1_000 })
  }).toPass()
  return name
}

export async function toProvider(journey: Journey, page: Page, next = ''): Promise<void> {
  await page.goto(`${journey.berth.url}/sign-in${next}`)
  await page.getByRole('button', { name: /^Sign in with/ }).click()
  await page.waitForURL((url) => url.origin !== journey.berth.url)
}

/** Fills the provider's own page. */
export async function answerProvider(page: Page, person: OidcPerson): Promise<void> {
  await page.locator('input[name=username]').fill(person.username)
  await page.locator('input[name=password]').fill(person.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

export async function signIn(journey: Journey, page: Page, person: OidcPerson, next = ''): Promise<void> {
  await toProvider(journey, page, next)
  await answerProvider(page, person)
}

export const atHome = (page: Page) =>
  expect(page.getByRole('heading', { level: 1, name: 'Projects' })).toBeVisible()

/** Where the provider sends the browser back to; it never gets there. */
export async function catchReturn(journey: Journey, page: Page, person: OidcPerson): Promise<string> {
  await toProvider(journey, page)
  let answer = await page.request.post(page.url(), {
    form: { username: person.username, password: person.password },
    maxRedirects: 0,
  })
  for (;;) {
    const next = new URL(answer.headers().location!, answer.url()).href
    if (next.startsWith(journey.berth.url)) return next
    answer = await page.request.get(next, { maxRedirects: 0 })
  }
}
