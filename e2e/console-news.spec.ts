import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Schemas } from '@berth/contract'
import { expect, expectAccessible, test } from './parts/journey.ts'
import { Skopeo } from './parts/skopeo.ts'

/** A receiver of webhooks that keeps what came. */
async function startReceiver() {
  const came: { signature: string; body: { type?: string } }[] = []
  const server = createServer(async (request: IncomingMessage, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    came.push({
      signature: String(request.headers['berth-signature'] ?? ''),
      body: JSON.parse(Buffer.concat(parts).toString()),
    })
    response.end('thank you')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { came, url: `http://127.0.0.1:${port}/hook`, stop: () => server.close() }
}

test('a webhook is made, tried, signed, and tells of a push; the push stands in the log and on the home page', async ({
  journey,
  page,
}) => {
  test.slow()
  const { berth, image, admin } = journey
  const receiver = await startReceiver()
  const team = await journey.createTeam()
  await admin.call('updateConfigurations', { body: { outbound_allowed_hosts: '127.0.0.1' } })
  try {
    await journey.enter(page)
    await page.goto(`${berth.url}/projects/${team.project}/webhooks/new`)
    await expect(async () => {
      await page.getByLabel('Name', { exact: true }).fill('deploy')
      await page.getByRole('button', { name: 'Create webhook' }).click()
      await expect(page.getByRole('link', { name: /^Enter an address/ })).toBeVisible({ timeout: 1_000 })
    }).toPass()
    await page.getByLabel('Address').fill(receiver.url)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { level: 2, name: /^deploy/ })).toBeVisible()
    await expect(page.getByRole('banner').getByText('deploy', { exact: true })).toBeVisible()
    // The setting that allows this address is known everywhere within seconds.
    await page.getByRole('button', { name: 'Test', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await expect(async () => {
      await dialog.getByRole('button', { name: /^Send/ }).click()
      await expect(dialog.getByText('thank you')).toBeVisible({ timeout: 3_000 })
    }).toPass()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Signing secret' }).click()
    await dialog.getByRole('button', { name: 'Make secret' }).click()
    await expect(dialog.getByText('Copy the secret now')).toBeVisible()
    await dialog.getByRole('button', { name: 'Done' }).click()

    const push = await new Skopeo(berth.url, team.developer).push(
      `${image.layout.folder}:latest`,
      `${team.project}/app:1`,
    )
    expect(push, push.stderr).toMatchObject({ code: 0 })
    await expect
      .poll(() => receiver.came.find(({ body }) => body.type === 'PUSH_ARTIFACT')?.signature, {
        timeout: 30_000,
      })
      .toMatch(/^t=\d+,v1=[0-9a-f]{64}/)
    const deliveries = page.getByRole('table', { name: 'Deliveries' })
    await expect(deliveries.getByText('Delivered').first()).toBeVisible({ timeout: 30_000 })
    await deliveries.getByRole('link', { name: 'Artifact pushed' }).first().click()
    await expect(dialog.getByText('thank you')).toBeVisible()
    await expectAccessible(page)

    await page.goto(`${berth.url}/projects/${team.project}/audit-log?type=artifact`)
    const log = page.getByRole('table', { name: 'Audit log' })
    await expect(log.getByRole('link', { name: 'Push artifact' }).first()).toBeVisible()
    await log.getByRole('link', { name: 'Push artifact' }).first().click()
    await expect(dialog.getByText(team.developer.username).first()).toBeVisible()

    await page.goto(`${berth.url}/audit-log/integrity`)
    await expect(async () => {
      await page.getByRole('button', { name: 'Verify' }).click()
      await expect(page.getByText('The log is whole')).toBeVisible({ timeout: 5_000 })
    }).toPass()

    await page.goto(`${berth.url}/`)
    await expect(page.getByRole('heading', { level: 1, name: 'Home' })).toBeVisible()
    // A chart is a picture; by the keyboard it opens as a table that says the same.
    const chart = page.getByRole('figure').filter({ hasText: 'Pushes per day' })
    const table = chart.getByRole('table', { name: 'Pushes per day' })
    await expect(chart.locator('svg')).toBeVisible()
    await expect(table).toBeHidden()
    await chart.getByText('As a table').focus()
    await page.keyboard.press('Enter')
    await expect(table.getByRole('columnheader', { name: 'Day (UTC)' })).toBeVisible()
    const days = (await table.getByRole('cell').allTextContents()).map(Number)
    const sum = days.reduce((total, pushes) => total + pushes, 0)
    expect(sum).toBeGreaterThan(0)
    await expect(chart.locator('figcaption')).toHaveText(`Pushes per day${sum}`)
    await expectAccessible(page)
  } finally {
    receiver.stop()
    await admin.call('updateConfigurations', { body: { outbound_allowed_hosts: '' } })
  }
})

test('the first broken line of the log is named, and verifying ends there', async ({ journey, page }) => {
  // That the API finds what somebody changes in the database is proven beside the seals; here it has found it.
  const answers: Schemas['AuditLogVerification'][] = [
    { from: 1, to: 40, lines: 40, ok: true, next: 41 },
    { from: 41, to: 42, lines: 1, ok: false, next: 43, broken: { what: 'changed', position: 42, id: 1234 } },
    { from: 1, to: 6, lines: 6, ok: false, broken: { what: 'missing', position: 7 } },
  ]
  const asked: (string | null)[] = []
  const told = page.getByRole('main').getByRole('alert')
  await page.route('**/auditlog-exts/verification*', (route) => {
    asked.push(new URL(route.request().url()).searchParams.get('from'))
    return route.fulfill({ json: answers[asked.length - 1] })
  })
  await journey.enter(page)
  await page.goto(`${journey.berth.url}/audit-log/integrity`)
  await expect(async () => {
    if (asked.length === 0) await page.getByRole('button', { name: 'Verify' }).click({ timeout: 1_000 })
    await expect(told.getByText('A line was changed')).toBeVisible({ timeout: 3_000 })
  }).toPass()
  await expect(told).toContainText('Position 42, line 1234')
  await expect(page.getByText('The log is whole')).toHaveCount(0)
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Verify' }).click()
  await expect(told.getByText('Position 7', { exact: true })).toBeVisible()
  expect(asked).toEqual(['1', '41', '1'])
})

test('how long the log is kept is tried first, then purged by hand, then scheduled', async ({
  journey,
  page,
}) => {
  const { berth, admin } = journey
  await journey.enter(page)
  await page.goto(`${berth.url}/audit-log/retention`)
  const purges = page.getByRole('table', { name: 'Purges' })
  await expect(async () => {
    await page.getByLabel('Keep for days').fill('0')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByLabel('Keep for days')).toHaveAttribute('aria-invalid', 'true', { timeout: 1_000 })
  }).toPass()
  await page.getByLabel('Keep for days').fill('30')
  await page.getByRole('button', { name: 'Dry run now' }).click()
  await expect(purges.getByText('dry run')).toBeVisible()
  await expect(purges.getByText('Done')).toHaveCount(1, { timeout: 30_000 })
  await page.getByRole('button', { name: 'Purge now…' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('Lines older than 30 days go for good.')
  await dialog.getByRole('button', { name: 'Purge', exact: true }).click()
  await expect(purges.getByText('Done')).toHaveCount(2, { timeout: 30_000 })
  await purges.getByRole('button', { name: /^Log/ }).first().click()
  await expect(dialog.locator('pre')).not.toBeEmpty()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await page.getByLabel('When').selectOption('Daily')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Next run')).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('When')).toHaveValue('Daily')
  await expect(page.getByLabel('Keep for days')).toHaveValue('30')
  await admin.call('updatePurgeSchedule', { body: { schedule: { type: 'None', cron: '' } } })
})

test('the log shows new lines while it is followed, and only those that its filter fits', async ({
  journey,
  page,
}) => {
  const { berth, admin } = journey
  const part = `fol${Date.now()}`
  await journey.enter(page)
  const following = page.waitForResponse((response) => response.url().includes('/auditlog-exts/stream'))
  await page.goto(`${berth.url}/audit-log?q=${part}&live=1`)
  await following
  const log = page.getByRole('table', { name: 'Audit log' })
  await expect(page.getByRole('button', { name: 'Live' })).toHaveAttribute('aria-pressed', 'true')
  const label = (name: string) => admin.call('CreateLabel', { body: { name, scope: 'g' } })
  await label(`other-${Date.now()}`)
  await label(`is-${part.toUpperCase()}`)
  await expect(log.getByText(`is-${part.toUpperCase()}`)).toBeVisible()
  await expect(log.getByRole('row')).toHaveCount(2)
  // A filter that means nothing to the API is no broken page.
  await page.goto(`${berth.url}/audit-log?q=${encodeURIComponent('resource:"a,b=[~]%')}`)
  await expect(page.getByRole('heading', { level: 1, name: 'Audit log' })).toBeVisible()
  // What can be filtered by has words in the other language, too.
  await page.context().addCookies([{ name: 'berth-locale', value: 'zh-CN', url: berth.url }])
  await page.goto(`${berth.url}/audit-log`)
  const choices = page.locator('main select option')
  await expect(choices.filter({ hasText: '审计日志' })).not.toHaveCount(0)
  for (const words of await choices.allTextContents()) expect(words).toMatch(/\p{Script=Han}|^Webhook$/u)
})

test('the home page shows a push as it happens, also one from before it was connected or while its network was away, until the person signs out', async ({
  journey,
  page,
}) => {
  const { berth, image } = journey
  const team = await journey.createTeam()
  const push = async (reference: string) => {
    const outcome = await new Skopeo(berth.url, team.developer).push(
      `${image.layout.folder}:latest`,
      `${team.project}/${reference}`,
    )
    expect(outcome, outcome.stderr).toMatchObject({ code: 0 })
  }
  const feed = page.getByRole('list', { name: 'What changed lately' })
  const told = (reference: string) => feed.getByRole('link', { name: `${team.project}/${reference}` })
  const connecting = page.getByText('Connecting…')
  await journey.enter(page, team.guest)
  await page.route('**/activities/stream*', (route) => route.abort())
  const activities = () => journey.api(team.guest).call('listActivities', { query: {} })
  await expect.poll(async () => (await activities()).data.length).toBeGreaterThan(0)
  await page.goto(`${berth.url}/`)
  await expect(feed.getByText(team.project)).toBeVisible()
  await expect(connecting).toBeVisible()
  await push('app:first')
  await expect(told('app:first')).toHaveCount(0)
  await page.unroute('**/activities/stream*')
  await expect(page.getByText('Live', { exact: true })).toBeVisible({ timeout: 30_000 })
  await expect(told('app:first')).toBeVisible()
  await push('app:second')
  await expect(told('app:second')).toBeVisible()

  // What it was connected by may be gone without a word when a network comes back: it connects anew, and catches up.
  await page.context().setOffline(true)
  await push('app:away')
  const anew = page.waitForRequest('**/activities/stream*')
  await page.context().setOffline(false)
  await anew
  await expect(told('app:away')).toBeVisible()
  await expect(page.getByText('Live', { exact: true })).toBeVisible()

  const other = await page.context().newPage()
  await other.goto(`${berth.url}/profile`)
  await expect(async () => {
    await other.getByRole('button', { name: /Account of/ }).click()
    await other.getByRole('menuitem', { name: 'Sign out' }).click({ timeout: 1_000 })
  }).toPass()
  await expect(other.getByRole('banner').getByRole('link', { name: 'Sign in' })).toBeVisible()
  await expect(connecting).toBeVisible({ timeout: 30_000 })
  await push('app:third')
  await expect(told('app:third')).toHaveCount(0)
})
