/// <reference lib="dom" />
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { administrator } from '@berth/testing/berth'
import type { Browser, BrowserContext, Page } from '@playwright/test'
import { FIRST_LOAD_LIMIT_BYTES, firstLoad } from './parts/first-load.ts'
import { expect, expectAccessible, type Journey, type Team, test } from './parts/journey.ts'
import { fillPages } from './parts/page-contents.ts'
import { pages } from './parts/pages.ts'

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

let team: Team
test.beforeAll(async ({ journey }) => {
  team = await fillPages(journey)
})

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
        // Of tabs that are wider than the screen the one that is open is seen, unless small screens have no tabs.
        for (const tab of await page.locator('main nav [aria-current="page"]:visible').all())
          await expect.soft(tab).toBeInViewport({ ratio: 1 })
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
