import { randomBytes } from 'node:crypto'
import { AxeBuilder } from '@axe-core/playwright'
import { administrator, freshBerth, quickFolder, type RunningBerth } from '@berth/testing/berth'
import { test as base, expect, type Page } from '@playwright/test'
import { apiClient, type Client } from './api-client.ts'
import { type BusyboxImage, buildBusyboxImage } from './busybox.ts'
import type { Credentials } from './skopeo.ts'

export { expect }

/** What a journey starts from: people with a role each in a project of its own. */
export interface Team {
  project: string
  developer: Credentials
  guest: Credentials
  outsider: Credentials
}

export interface Journey {
  berth: RunningBerth
  image: BusyboxImage
  /** A client with basic authentication; without credentials, an anonymous one. */
  api(credentials?: Credentials): Client
  admin: Client
  createUser(name: string): Promise<Credentials>
  createTeam(visibility?: 'public' | 'private'): Promise<Team>
  /** By the form, to the list of projects. */
  signIn(page: Page, credentials?: Credentials): Promise<void>
  /** As somebody who signed in already; no page is opened. */
  enter(page: Page, credentials?: Credentials): Promise<void>
}

const roleIds = { developer: 2, guest: 3 }

export const test = base.extend<object, { journey: Journey }>({
  journey: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures' names from this pattern
    async ({}, use) => {
      const [starting, building] = await Promise.allSettled([
        freshBerth({}, quickFolder),
        buildBusyboxImage(),
      ])
      if (starting.status === 'rejected' || building.status === 'rejected') {
        if (starting.status === 'fulfilled') await starting.value.stop()
        else if (building.status === 'fulfilled') await building.value.remove()
        throw starting.status === 'rejected' ? starting.reason : (building as PromiseRejectedResult).reason
      }
      const { value: berth } = starting
      const { value: image } = building
      const admin = apiClient(berth.url, administrator)
      const createUser = async (name: string): Promise<Credentials> => {
        const username = `${name}-${randomBytes(4).toString('hex')}`
        const password = 'Journey-User-1'
        await admin.call('createUser', {
          body: { username, password, email: `${username}@example.com`, realname: name, comment: '' },
        })
        return { username, password }
      }
      try {
        await use({
          berth,
          image,
          admin,
          api: (credentials) => apiClient(berth.url, credentials),
          createUser,
          async createTeam(visibility = 'private') {
            const project = `team-${randomBytes(4).toString('hex')}`
            await admin.call('createProject', {
              body: { project_name: project, metadata: { public: String(visibility === 'public') } },
            })
            const [developer, guest, outsider] = await Promise.all([
              createUser('dev'),
              createUser('guest'),
              createUser('outsider'),
            ])
            for (const [role, person] of [
              ['developer', developer],
              ['guest', guest],
            ] as const)
              await admin.call('createProjectMember', {
                path: { project_name_or_id: project },
                body: { role_id: roleIds[role], member_user: { username: person.username } },
              })
            return { project, developer, guest, outsider }
          },
          async enter(page, credentials = administrator) {
            const { request } = page.context()
            const { csrfToken } = await (await request.get(`${berth.url}/api/auth/csrf`)).json()
            const form = { ...credentials, code: '', csrfToken, json: 'true' }
            const answer = await request.post(`${berth.url}/api/auth/callback/credentials`, { form })
            expect(new URL((await answer.json()).url, berth.url).searchParams.get('error')).toBeNull()
          },
          async signIn(page, credentials = administrator) {
            await page.goto(`${berth.url}/sign-in`)
            await page.getByLabel('Username').fill(credentials.username)
            await page.getByLabel('Password', { exact: true }).fill(credentials.password)
            await page.getByRole('button', { name: 'Sign in', exact: true }).click()
            await expect(page.getByRole('heading', { level: 1, name: 'Projects' })).toBeVisible()
          },
        })
      } finally {
        await berth.stop()
        await image.remove()
      }
    },
    { scope: 'worker', timeout: 420_000 },
  ],
})

/** WCAG 2.2 AA as far as axe can tell: no violation at all. */
export async function expectAccessible(page: Page): Promise<void> {
  // One run in the page itself, which has no frames, and no account of what passed: that took most of the time.
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    // It would fetch all style sheets once more, for a rule about turned screens that is not among these.
    .options({ resultTypes: ['violations'], preload: false })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze()
  // Soft: a journey names what is wrong on every page, not only on the first.
  expect
    .soft(
      violations.map(
        (violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' | ')}`,
      ),
    )
    .toEqual([])
}
