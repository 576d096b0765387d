import { digestOf } from '@berth/registry-client'
import { expect, it } from 'vitest'
import { type Asked, openAsking } from './asking.ts'

const DAY_MS = 24 * 60 * 60_000
const start = Date.UTC(2026, 10, 1)
const images = Array.from({ length: 700 }, (_, n) => digestOf(Buffer.from(`image ${n}`)))
const long = new Date(start - DAY_MS)

/** Runs after so many ms each; how often each image is asked, and what is known then. */
function run(asked: Asked | undefined, afterMs: number[], of = images, cameAt: Date | undefined = long) {
  const times = new Map(of.map((digest) => [digest, 0]))
  const each: number[] = []
  let nowMs = start
  for (const ms of afterMs) {
    nowMs += ms
    const asking = openAsking(asked, nowMs)
    const now = of.filter((digest) => asking.mayAsk(digest, cameAt))
    for (const digest of now) times.set(digest, times.get(digest)! + 1)
    each.push(now.length)
    asked = asking.after(of.length)
  }
  return { each, times: [...new Set(times.values())], asked }
}

it('of few images each run asks all, of many none before a day has gone', () => {
  const few = images.slice(0, 500)
  expect(run(undefined, [0, 1, 1], few).each).toEqual([0, 500, 500])
  expect(run(undefined, [0, 1, DAY_MS - 2]).each).toEqual([0, 0, 0])
})

it('of many each is asked once in seven days, however often a run comes', () => {
  const hourly = Array.from({ length: 7 * 24 }, () => DAY_MS / 24)
  const daily = Array.from({ length: 7 }, (_, n) => (n % 2 ? DAY_MS - 5 : DAY_MS + 5))
  const seldom = [2.5 * DAY_MS, 2.5 * DAY_MS, 2 * DAY_MS]
  for (const times of [hourly, daily, seldom, [7 * DAY_MS], [30 * DAY_MS]])
    expect(run(undefined, [0, ...times]).times).toEqual([1])
  for (const count of run(undefined, [0, ...daily]).each.slice(1)) expect(count).toBeLessThan(140)
})

it('what came since the last time is asked at the next one, whatever its part', () => {
  const came = new Date(start + 5)
  const { each } = run(undefined, [0, DAY_MS - 1, 1, DAY_MS], images, came)
  expect(each.slice(0, 3)).toEqual([0, 0, 700])
  expect(each[3]).toBeLessThan(140)
})

it('of what has grown beyond a few no more than these are asked at once', () => {
  const asked = run(undefined, [0], images.slice(0, 500)).asked
  const { each, asked: after } = run(asked, [1, 1])
  expect(each).toEqual([500, 0])
  expect(after?.at).toEqual(new Date(start))
})
