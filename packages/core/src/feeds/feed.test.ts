import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it, vi } from 'vitest'
import type { Core } from '../context/index.ts'
import { Feed, type FeedSource } from './feed.ts'

const core = {} as Core
/** A row of things that grows, and how often it was asked. */
function openRow(count = 0) {
  const row = Array.from({ length: count }, (_, n) => ({ position: n + 1 }))
  const state = {
    row,
    reads: 0,
    add: (more: number) => {
      for (let n = 0; n < more; n++) row.push({ position: (row.at(-1)?.position ?? 0) + 1 })
    },
    source: {
      name: 'row',
      head: async () => row.at(-1)?.position ?? 0,
      readBehind: async (_: Core, position: number, limit: number) => {
        state.reads += 1
        return row.filter((one) => one.position > position).slice(0, limit)
      },
    } satisfies FeedSource<{ position: number }>,
  }
  return state
}
const idleMs = 20
async function collect(feed: Feed<{ position: number }>, after: number | undefined, until: number) {
  const gone = new AbortController()
  const seen: number[] = []
  for await (const batch of feed.follow({ after, idleMs }, gone.signal)) {
    seen.push(...batch.map(({ position }) => position))
    if (seen.at(-1)! >= until) gone.abort()
  }
  return seen
}
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n)

it('tells what comes from now on, to everybody, with one look for all', async () => {
  const row = openRow(5)
  const feed = new Feed(core, row.source, 5)
  const all = Promise.all(Array.from({ length: 20 }, () => collect(feed, undefined, 8)))
  await vi.waitFor(() => expect(row.reads).toBeGreaterThan(0), { timeout: 5_000 })
  const before = row.reads
  row.add(3)
  for (const seen of await all) expect(seen).toEqual([6, 7, 8])
  expect(row.reads - before).toBeLessThan(4)
})

it('goes on behind any place, over more than is kept and over what is gone', async () => {
  const row = openRow(3_000)
  row.row.splice(100, 1_000)
  const feed = new Feed(core, row.source, 5)
  expect(await collect(feed, 0, 3_000)).toEqual([...range(1, 100), ...range(1_101, 3_000)])
  const late = collect(feed, 2_990, 3_005)
  row.add(5)
  expect(await late).toEqual(range(2_991, 3_005))
})

it('does not wait for ever where nothing is left', async () => {
  const row = openRow(10)
  const feed = new Feed(core, row.source, 5)
  row.row.length = 9
  row.row.push({ position: 20 })
  row.row.splice(0, 9)
  const seen = collect(feed, 3, 21)
  await vi.waitFor(() => expect(row.reads).toBeGreaterThan(0), { timeout: 5_000 })
  row.add(1)
  expect(await seen).toEqual([20, 21])
})

it('rests while nobody follows, and begins again', async () => {
  const row = openRow(1)
  const feed = new Feed(core, row.source, 5)
  const first = collect(feed, undefined, 2)
  row.add(1)
  await first.catch(() => {})
  row.add(1_500)
  let before = -1
  await vi.waitFor(
    () => {
      const now = row.reads
      const rests = now === before
      before = now
      expect(rests).toBe(true)
    },
    { timeout: 5_000, interval: 100 },
  )
  const second = collect(feed, undefined, 1_503)
  row.add(1)
  expect(await second).toEqual([1_503])
})

it('ends with the client and with the process', async () => {
  const feed = new Feed(core, openRow().source, 5)
  const seen = collect(feed, undefined, 1)
  feed.end()
  expect(await seen).toEqual([])
  const gone = new AbortController()
  gone.abort()
  for await (const _ of feed.follow({ after: 0, idleMs }, gone.signal)) expect.unreachable()
})

it('holds nothing of looks that found nothing', async () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const feed = new Feed(core, openRow().source, 60_000)
  const gone = new AbortController()
  const readers = Array.from({ length: 500 }, () => feed.follow({ after: undefined, idleMs: 0 }, gone.signal))
  const look = async (times: number) => {
    for (let n = 0; n < times; n++) await Promise.all(readers.map((reader) => reader.next()))
    collectGarbage()
    return process.memoryUsage().heapUsed
  }
  const before = await look(10)
  const bytesPerLook = ((await look(100)) - before) / (100 * readers.length)
  expect(bytesPerLook).toBeLessThan(50)
  gone.abort()
  await Promise.all(readers.map((reader) => reader.return(undefined)))
})
