/// <reference lib="dom" />
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { administrator } from '@berth/testing/berth'
import type { Browser, BrowserContext, Page } from '@playwright/test'
import { FIRST_LOAD_LIMIT_BYTES, firstLoad } from './parts/first-load.ts'
import { expect, expectAccessible, type Journey, type Team, test } from './parts/journey.ts'
import { addNeighbours, fillPages } from './parts/page-contents.ts'
import { type ConsolePage, emptyPages, pages } from './parts/pages.ts'

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

const KIB = 1024

/** A page as anybody may meet it: accessible, in its language, as wide as the screen, and light. */
async function visit(page: Page, url: string, { name, shows }: ConsolePage, look: Look): Promise<void> {
  const answer = await page.goto(url)
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1)
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
  if (shows) await expect(page.locator(shows)).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', look.locale)
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  // Of tabs that are wider than the screen the one that is open is seen, unless small screens have no tabs.
  for (const tab of await page.locator('main nav [aria-current="page"]:visible').all())
    await expect.soft(tab).toBeInViewport({ ratio: 1 })
  await shoot(page, name, look)
  const { sizeBytes } = await firstLoad(url, await answer!.text())
  expect(sizeBytes, name).toBeGreaterThan(10 * KIB)
  expect.soft(sizeBytes, `${name} loads ${sizeBytes / KIB} KiB`).toBeLessThanOrEqual(FIRST_LOAD_LIMIT_BYTES)
}

/** What the script of its pages throws. */
function problemsOf(page: Page): string[] {
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`))
  return problems
}

// Before anything is made: this file is the first that adds registries.
test('replication begins with empty lists that say what comes first, and a map that grows', async ({
  browser,
  journey,
}) => {
  test.setTimeout(limitMs)
  const looks = process.env.BERTH_SCREENSHOTS ? everyLook : turns[0]!
  const visitors = await Promise.all(
    looks.map(async (look) => {
      const page = await (await contextFor(browser, look, journey.berth.url)).newPage()
      await journey.enter(page)
      return { look, page, problems: problemsOf(page) }
    }),
  )
  const visitAll = async (shown: readonly { name: string; path: string }[]) => {
    for (const { look, page } of visitors)
      for (const { name, path } of shown)
        await test.step(name, () => visit(page, journey.berth.url + path, { name, path: () => path }, look))
  }
  const { page } = visitors[0]!
  const { url } = journey.berth
  await visitAll(emptyPages)
  await page.getByRole('link', { name: 'Add registry' }).click()
  await expect(page).toHaveURL(`${url}/registries/new`)
  for (const count of [1, 3, 12]) {
    await addNeighbours(journey, count)
    await visitAll([{ name: `replication-map-${count}`, path: '/replications/map' }])
    await expect(page.getByRole('list', { name: 'Destinations' }).locator('> li')).toHaveCount(count)
  }
  for (const { page: left, problems } of visitors) {
    expect(problems).toEqual([])
    await left.context().close()
  }
})

test.describe('with something on every page', () => {
  let team: Team
  test.beforeAll(async ({ journey }) => {
    team = await fillPages(journey)
  })

  for (const { look, visited } of rounds) {
    test(`pages in ${look.theme}, ${look.locale}, ${look.width} px are accessible, fit and load little`, async ({
      browser,
      journey,
    }) => {
      test.setTimeout(limitMs)
      const context = await contextFor(browser, look, journey.berth.url)
      const page = await context.newPage()
      const problems = problemsOf(page)
      await page.goto(`${journey.berth.url}/sign-in`)
      await expectAccessible(page)
      await shoot(page, 'sign-in', look)
      await signInBy(page, journey)
      const digest = journey.image.platforms[0]!.digest
      for (const one of visited)
        await test.step(one.name, () => visit(page, journey.berth.url + one.path(team, digest), one, look))
      expect(problems).toEqual([])
      await context.close()
    })
  }
})

test('what a page says that it loads is what a browser loads', async ({ browser, journey }) => {
  const context = await contextFor(browser, { theme: 'light', locale: 'en', width: 1440 }, journey.berth.url)
  const first = await context.newPage()
  await journey.enter(first)
  const url = `${journey.berth.url}/projects`
  // Nothing is in its cache.
  const answer = await first.goto(url, { waitUntil: 'load' })
  const loaded = await first.evaluate(() => {
    const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
    return (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
      .filter((entry) => entry.initiatorType === 'script' || entry.name.endsWith('.js'))
      .filter((entry) => entry.startTime <= (navigation?.loadEventEnd || Number.POSITIVE_INFINITY))
      .map(({ name, encodedBodySize }) => ({ url: name, sizeBytes: encodedBodySize }))
  })
  const told = await firstLoad(url, await answer!.text())
  expect(loaded).toEqual(expect.arrayContaining(told.scripts))
  // Parts that the page asks for by itself may arrive before it counts as loaded.
  const sum = (scripts: typeof loaded) => scripts.reduce((total, script) => total + script.sizeBytes, 0)
  expect(sum(loaded) - told.sizeBytes).toBeLessThan(5 * KIB)
  await context.close()
})
