import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { testDatabase } from '@berth/testing'
import { expect, it } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { Harbour, HOUR_MS } from '../harbour.fixture.ts'
import { getWebhookPolicy } from '../index.ts'

const here = new Harbour(testDatabase)
/** One of them is refused by its receiver. */
const REPOSITORIES = 4
const PUSHES = 5
const GOOD = (REPOSITORIES - 1) * PUSHES
/** A sender is killed while its n-th request waits for an answer. */
const KILLED_AT = [4, 12]

const start = (): ChildProcess =>
  spawn(
    process.execPath,
    [join(import.meta.dirname, 'sender.fixture.ts'), here.databaseUrl, String(here.now() - Date.now())],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  )

it('senders that are killed at work lose nothing, keep the order, and count as dead just what is', async () => {
  await here.configure({ webhook_max_attempts: 2 })
  const good = await here.create({ repositoryFilter: 'good*' })
  const bad = await here.create({ repositoryFilter: 'bad*' })
  for (let n = 0; n < PUSHES; n++)
    await here.happen(
      ...Array.from({ length: REPOSITORIES }, (_, r) => ({
        repository: `${r === 0 ? 'bad' : 'good'}${r}`,
        tag: String(n),
      })),
    )
  const answer = ({ body }: { body: string }) => ({ status: body.includes('/bad') ? 500 : 200 })
  for (const count of KILLED_AT) {
    const sender = start()
    here.receiver.answer = (request) => {
      if (here.receiver.requests.length < count) return answer(request)
      sender.kill('SIGKILL')
      return 'never'
    }
    const [, signal] = await once(sender, 'exit')
    expect(signal).toBe('SIGKILL')
    // Beyond the lease of what it held, and the time until what failed is tried again.
    here.later(HOUR_MS)
  }
  here.receiver.answer = answer
  for (let round = 0; round < 2 * PUSHES + 1; round++) {
    await here.send()
    here.later(HOUR_MS)
  }

  expect(await here.statuses(good)).toEqual(Array(GOOD).fill('delivered'))
  expect(await here.statuses(bad)).toEqual(Array(PUSHES).fill('dead'))
  expect(await getWebhookPolicy(here.core, SYSTEM, here.ref, bad)).toMatchObject({ deadInRow: PUSHES })
  const statuses = await here.core.db.prisma.execution.groupBy({ by: ['status'], _count: true })
  expect(Object.fromEntries(statuses.map(({ status, _count }) => [status, _count]))).toEqual({
    Success: GOOD,
    Error: PUSHES,
  })
  const told = new Map<string, string[]>()
  for (const { headers, body } of here.receiver.requests) {
    const [{ resource_url: url, tag }] = JSON.parse(body).event_data.resources
    const repository = url.slice(0, url.lastIndexOf(':'))
    const tags = told.get(repository) ?? []
    told.set(repository, tags)
    // Again is under the same id; anything else comes after it.
    const known = `${tag} ${headers['berth-webhook-id']}`
    if (tags.at(-1) !== known) tags.push(known)
  }
  expect(told.size).toBe(REPOSITORIES)
  for (const tags of told.values())
    expect(tags.map((known) => Number(known.split(' ')[0]))).toEqual(
      Array.from({ length: PUSHES }, (_, n) => n),
    )
  // What was under way when a sender was killed came once more.
  expect(here.receiver.requests.length).toBeGreaterThan(GOOD + PUSHES)
}, 120_000)
