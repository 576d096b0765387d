/// <reference lib="dom" />
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { administrator } from '@berth/testing/berth'
import type { Browser, BrowserContext, Page } from '@playwright/test'
import { FIRST_LOAD_LIMIT_BYTES, firstLoad } from './parts/first-load.ts'
import { expect, expectAccessible, type Journey, type Team, test } from './parts/journey.ts'
import { Samples } from './parts/samples.ts'
import { Skopeo } from './parts/skopeo.ts'

/** What a page must show, and where it is once a team has pushed an image. */
const pages: { name: string; path(team: Team, digest: string): string }[] = [
  { name: 'home', path: () => '/' },
  { name: 'projects', path: () => '/projects' },
  { name: 'project', path: (team) => `/projects/${team.project}` },
  { name: 'members', path: (team) => `/projects/${team.project}/members` },
  { name: 'new-member', path: (team) => `/projects/${team.project}/members/new` },
  { name: 'project-robots', path: (team) => `/projects/${team.project}/robots` },
  { name: 'new-project-robot', path: (team) => `/projects/${team.project}/robots/new` },
  { name: 'project-robot', path: (team) => `/projects/${team.project}/robots/${robots.project}` },
  { name: 'project-trusts', path: (team) => `/projects/${team.project}/robots/${robots.project}/trusts` },
  {
    name: 'new-project-trust',
    path: (team) => `/projects/${team.project}/robots/${robots.project}/trusts/new`,
  },
  {
    name: 'project-trust',
    path: (team) => `/projects/${team.project}/robots/${robots.project}/trusts/${trusts.project}`,
  },
  { name: 'project-labels', path: (team) => `/projects/${team.project}/labels` },
  { name: 'project-summary', path: (team) => `/projects/${team.project}/summary` },
  { name: 'project-storage', path: (team) => `/projects/${team.project}/storage` },
  { name: 'immutable-rules', path: (team) => `/projects/${team.project}/policies/immutable-rules` },
  { name: 'new-immutable-rule', path: (team) => `/projects/${team.project}/policies/immutable-rules/new` },
  { name: 'webhooks', path: (team) => `/projects/${team.project}/webhooks` },
  { name: 'new-webhook', path: (team) => `/projects/${team.project}/webhooks/new` },
  { name: 'webhook', path: (team) => `/projects/${team.project}/webhooks/${webhook.id}` },
  { name: 'webhook-settings', path: (team) => `/projects/${team.project}/webhooks/${webhook.id}/settings` },
  { name: 'project-audit-log', path: (team) => `/projects/${team.project}/audit-log` },
  { name: 'project-settings', path: (team) => `/projects/${team.project}/settings` },
  { name: 'repository', path: (team) => `/projects/${team.project}/repositories/tools/busybox` },
  {
    name: 'repository-usage',
    path: (team) => `/projects/${team.project}/repositories/tools/busybox?tab=usage`,
  },
  { name: 'index', path: (team) => `/projects/${team.project}/artifacts/tools/busybox/:1.0` },
  ...['overview', 'tags', 'history', 'configuration', 'manifest'].map((tab) => ({
    name: `artifact-${tab}`,
    path: (team: Team, digest: string) =>
      `/projects/${team.project}/artifacts/tools/busybox/@${digest}?tab=${tab}`,
  })),
  ...['readme', 'values', 'dependencies'].map((tab) => ({
    name: `chart-${tab}`,
    path: (team: Team) => `/projects/${team.project}/artifacts/tools/web/:1.2.3?tab=${tab}`,
  })),
  { name: 'search', path: (team) => `/search?q=${team.project}` },
  { name: 'search-tags', path: () => '/search?q=1&kind=tag' },
  { name: 'search-empty', path: () => '/search' },
  { name: 'users', path: () => '/users' },
  { name: 'user', path: () => `/users/${person.id}` },
  { name: 'robots', path: () => '/robots' },
  { name: 'new-robot', path: () => '/robots/new' },
  { name: 'robot', path: () => `/robots/${robots.system}` },
  { name: 'trusts', path: () => `/robots/${robots.system}/trusts` },
  { name: 'new-trust', path: () => `/robots/${robots.system}/trusts/new` },
  { name: 'trust', path: () => `/robots/${robots.system}/trusts/${trusts.system}` },
  { name: 'groups', path: () => '/groups' },
  { name: 'labels', path: () => '/labels' },
  { name: 'new-user', path: () => '/users/new' },
  { name: 'quotas', path: () => '/quotas' },
  { name: 'audit-log', path: () => '/audit-log?since=week' },
  { name: 'audit-integrity', path: () => '/audit-log/integrity' },
  { name: 'audit-retention', path: () => '/audit-log/retention' },
  { name: 'registries', path: () => '/registries' },
  { name: 'registry', path: () => `/registries/${registry.id}` },
  { name: 'new-registry', path: () => '/registries/new' },
  { name: 'audit-destinations', path: () => '/audit-log/destinations' },
  { name: 'new-audit-destination', path: () => '/audit-log/destinations/new' },
  { name: 'audit-line', path: () => '/audit-log?line=1' },
  { name: 'configurations', path: () => '/configurations' },
  { name: 'authentication', path: () => '/configurations/authentication' },
  { name: 'ldap', path: () => '/configurations/ldap' },
  { name: 'oidc', path: () => '/configurations/oidc' },
  { name: 'mail', path: () => '/configurations/mail' },
  { name: 'import-people', path: () => '/users/import' },
  { name: 'adopt', path: () => '/registry/adopt' },
  { name: 'reconcile', path: () => '/registry/reconcile' },
  { name: 'registry-events', path: () => '/registry/events' },
  { name: 'jobs', path: () => '/jobs' },
  { name: 'notices', path: () => '/notices' },
  { name: 'notice-preferences', path: () => '/notices/preferences' },
  { name: 'profile', path: () => '/profile' },
  { name: 'about', path: () => '/about' },
  { name: 'api-reference', path: () => '/api-reference' },
  { name: 'not-found', path: () => '/no-such-page' },
]

type Look = { theme: 'light' | 'dark'; locale: 'en' | 'zh-CN'; width: 1440 | 390 }
const everyLook: Look[] = (['light', 'dark'] as const).flatMap((theme) =>
  (['en', 'zh-CN'] as const).flatMap((locale) =>
    ([1440, 390] as const).map((width) => ({ theme, locale, width })),
  ),
)
// Each page is seen in two looks that differ in everything: both themes, languages and widths. Neighbours take turns, so
// that all four of these looks get half of the pages. Screenshots are taken of all pages in all eight.
const turns: [Look, Look][] = [
  [
    { theme: 'light', locale: 'en', width: 1440 },
    { theme: 'dark', locale: 'zh-CN', width: 390 },
  ],
  [
    { theme: 'light', locale: 'zh-CN', width: 390 },
    { theme: 'dark', locale: 'en', width: 1440 },
  ],
]
const rounds: { look: Look; visited: typeof pages }[] = process.env.BERTH_SCREENSHOTS
  ? everyLook.map((look) => ({ look, visited: pages }))
  : turns.flatMap((pair, turn) =>
      pair.map((look) => ({ look, visited: pages.filter((_, index) => index % turns.length === turn) })),
    )

// One test visits many pages.
const limitMs = 600_000

async function contextFor(
  browser: Browser,
  { theme, locale, width }: Look,
  url: string,
): Promise<BrowserContext> {
  const context = await browser.newContext({
    colorScheme: theme,
    viewport: { width, height: width === 390 ? 844 : 900 },
    locale,
  })
  await context.addCookies([{ name: 'berth-locale', value: locale, url }])
  return context
}

async function shoot(page: Page, name: string, { theme, locale, width }: Look): Promise<void> {
  const folder = process.env.BERTH_SCREENSHOTS
  if (!folder) return
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}-${theme}-${locale}-${width}.png`), fullPage: true })
}

/** Nothing may stick out at the side: the page itself never scrolls sideways. */
async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect(overflow).toBeLessThanOrEqual(0)
}

async function signInBy(page: Page, journey: Journey): Promise<void> {
  // The form's words differ by language; its fields are the same.
  await page.goto(`${journey.berth.url}/sign-in`)
  await page.locator('input[autocomplete="username"]').fill(administrator.username)
  await page.locator('input[type="password"]').fill(administrator.password)
  await page.locator('input[type="password"]').press('Enter')
  await page.waitForURL('**/projects')
}

/** Ids of a robot and a trust each, of a person who is signed in and has a token, of a webhook and of a registry. */
const robots = { project: 0, system: 0 }
const trusts = { project: 0, system: 0 }
const person = { id: 0 }
const webhook = { id: 0 }
const registry = { id: 0 }

let team: Team
test.beforeAll(async ({ journey }) => {
  team = await journey.createTeam('public')
  const push = await new Skopeo(journey.berth.url, team.developer).push(
    `${journey.image.layout.folder}:latest`,
    `${team.project}/tools/busybox:1.0`,
  )
  expect(push, push.stderr).toMatchObject({ code: 0 })
  await fill(journey, team)
  await makeRobots(journey, team)
  await journey.api(team.guest).call('createMyAccessToken', {
    body: { name: 'laptop', scopes: ['pull', 'api:read'], projects: [team.project] },
  })
  const { data: found } = await journey.admin.call('listUsers', {
    query: { q: `username=${team.guest.username}` },
  })
  person.id = found[0]?.user_id ?? 0
  const { headers } = await journey.admin.call('CreateWebhookPolicyOfProject', {
    path: { project_name_or_id: team.project },
    body: {
      name: 'deploy',
      enabled: true,
      event_types: ['PUSH_ARTIFACT', 'QUOTA_EXCEED'],
      targets: [{ type: 'http', address: 'https://ci.example.com/hook', auth_header: 'Bearer x' }],
      repository_filter: 'tools/**',
    },
  })
  webhook.id = Number(headers.get('location')?.split('/').at(-1))
  const other = await journey.admin.call('createRegistry', {
    body: {
      name: `other-${team.project}`,
      type: 'berth',
      url: journey.berth.url,
      description: 'the other site',
    },
  })
  registry.id = Number(other.headers.get('location')?.split('/').at(-1))
})

async function makeRobots({ admin }: Journey, { project }: Team): Promise<void> {
  const access = [{ resource: 'repository', action: 'pull' }]
  const place = { kind: 'project', namespace: project, access }
  const outside = { kind: 'system', namespace: '/', access: [{ resource: 'quota', action: 'list' }] }
  for (const [level, permissions] of [
    ['project', [place]],
    ['system', [place, outside]],
  ] as const) {
    const { data } = await admin.call('CreateRobot', {
      body: { name: `pages-${project}`, level, duration: 3, permissions: [...permissions] },
    })
    robots[level] = data.id ?? 0
  }
  const trust = {
    name: 'main branch',
    issuer: 'https://ci.example.com',
    claims: { sub: 'repo:team/app:ref:refs/heads/main' },
  }
  const made = [
    await admin.call('createSystemIdentityTrust', { body: { ...trust, robot_id: robots.system } }),
    await admin.call('createIdentityTrust', {
      path: { project_name_or_id: project },
      body: { ...trust, robot_id: robots.project },
    }),
  ]
  const [ofSystem, ofProject] = made.map(({ headers }) => Number(headers.get('location')?.split('/').at(-1)))
  Object.assign(trusts, { system: ofSystem, project: ofProject })
  await admin.call('createUserGroup', { body: { group_name: `group-${project}`, group_type: 3 } })
  await admin.call('createProjectMember', {
    path: { project_name_or_id: project },
    body: {
      role_id: 2,
      member_group: { group_name: `group-${project}`, group_type: 3 },
      repositories: ['backend/**', 'tools/*', 'docs'],
    },
  })
}

/** Labels in light, dark and no colour, a chart, and what tools attach to an image. */
async function fill(journey: Journey, { project, developer }: Team): Promise<void> {
  const samples = await Samples.open(journey, developer)
  const busybox = `${project}/tools/busybox`
  await samples.chart(`${project}/tools/web:1.2.3`)
  const [platform] = journey.image.platforms
  if (!platform) throw new Error('the image has no platform')
  await samples.signature(busybox, platform)
  await samples.attachment(busybox, 'application/spdx+json', platform)
  await samples.close()
  const { data: found } = await journey.admin.call('getProject', {
    path: { project_name_or_id: project },
    headers: { 'X-Is-Resource-Name': true },
  })
  const path = { project_name: project, repository_name: 'tools/busybox' }
  for (const [name, color] of [
    ['tested', '#14804a'],
    ['do not use', '#ffff00'],
    ['plain', ''],
  ]) {
    const place = { scope: 'p', project_id: found.project_id }
    const { headers } = await journey.admin.call('CreateLabel', { body: { name, color, ...place } })
    const id = Number(headers.get('location')?.split('/').at(-1))
    for (const reference of ['1.0', platform.digest])
      await journey.admin.call('addLabel', { path: { ...path, reference }, body: { id } })
  }
  await journey.admin.call('CreateLabel', { body: { name: `global-${project}`, color: '#c2417c' } })
}

for (const { look, visited } of rounds) {
  test(`pages in ${look.theme}, ${look.locale}, ${look.width} px are accessible and fit`, async ({
    browser,
    journey,
  }) => {
    test.setTimeout(limitMs)
    const context = await contextFor(browser, look, journey.berth.url)
    const page = await context.newPage()
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`))
    await page.goto(`${journey.berth.url}/sign-in`)
    await expectAccessible(page)
    await shoot(page, 'sign-in', look)
    await signInBy(page, journey)
    for (const { name, path } of visited) {
      await test.step(name, async () => {
        await page.goto(`${journey.berth.url}${path(team, journey.image.platforms[0]!.digest)}`)
        await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1)
        await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
        await expect(page.locator('html')).toHaveAttribute('lang', look.locale)
        await expectAccessible(page)
        await expectNoSidewaysScroll(page)
        await shoot(page, name, look)
      })
    }
    expect(problems).toEqual([])
    await context.close()
  })
}

const KIB = 1024

test('the first visit to any page loads at most 150 KiB of compressed script', async ({
  browser,
  journey,
}) => {
  const context = await contextFor(browser, { theme: 'light', locale: 'en', width: 1440 }, journey.berth.url)
  const page = await context.newPage()
  await signInBy(page, journey)
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const digest = journey.image.platforms[0]!.digest
  for (const { name, path } of pages) {
    const { sizeBytes } = await firstLoad(journey.berth.url + path(team, digest), cookie)
    expect(sizeBytes, name).toBeGreaterThan(10 * KIB)
    expect.soft(sizeBytes, `${name} loads ${sizeBytes / KIB} KiB`).toBeLessThanOrEqual(FIRST_LOAD_LIMIT_BYTES)
  }

  // The page's text tells what a browser loads: here is one that does, with nothing in its cache.
  const visit = await browser.newContext({ storageState: await context.storageState() })
  const first = await visit.newPage()
  await first.goto(`${journey.berth.url}/projects`, { waitUntil: 'load' })
  const loaded = await first.evaluate(() => {
    const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
    return (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
      .filter((entry) => entry.initiatorType === 'script' || entry.name.endsWith('.js'))
      .filter((entry) => entry.startTime <= (navigation?.loadEventEnd || Number.POSITIVE_INFINITY))
      .map(({ name, encodedBodySize }) => ({ url: name, sizeBytes: encodedBodySize }))
  })
  const told = await firstLoad(`${journey.berth.url}/projects`, cookie)
  expect(loaded).toEqual(expect.arrayContaining(told.scripts))
  // Parts that the page asks for by itself may arrive before it counts as loaded.
  const sum = (scripts: typeof loaded) => scripts.reduce((total, script) => total + script.sizeBytes, 0)
  expect(sum(loaded) - told.sizeBytes).toBeLessThan(5 * KIB)
  await visit.close()
  await context.close()
})
