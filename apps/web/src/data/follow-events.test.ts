import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { followEvents } from './follow-events.ts'

/** The browser's, as far as it is used: the connection says only what a test has it say. */
class Source extends EventTarget {
  static readonly CLOSED = 2
  static opened: Source[] = []
  onopen: (() => void) | undefined
  onerror: (() => void) | undefined
  readyState = 1
  readonly url: string
  constructor(url: string) {
    super()
    this.url = url
    Source.opened.push(this)
  }
  close() {
    this.readyState = Source.CLOSED
  }
}

let told: string[]
let stop: () => void
const last = () => Source.opened.at(-1)!
const open = () => Source.opened.filter(({ readyState }) => readyState !== Source.CLOSED).length

beforeEach(() => {
  vi.useFakeTimers()
  Source.opened = []
  told = []
  vi.stubGlobal('EventSource', Source)
  vi.stubGlobal('window', new EventTarget())
  vi.stubGlobal('document', new EventTarget())
  stop = followEvents<{ n: number }>('/stream', 'line', {
    onEvent: ({ n }) => told.push(`line ${n}`),
    onOpen: () => told.push('caught up'),
    onState: (state) => told.push(state),
  })
  last().onopen!()
})
afterEach(() => {
  stop()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

/** Time goes on and nothing of the page runs. */
const sleep = (ms: number) => vi.setSystemTime(Date.now() + ms)

it('tells what comes, and asks for the rest each time that it begins', () => {
  last().dispatchEvent(new MessageEvent('line', { data: '{"n":1}' }))
  expect(told).toEqual(['connecting', 'live', 'caught up', 'line 1'])
})

it('a connection that stands is left alone, however long the page is open', () => {
  vi.advanceTimersByTime(8 * 3_600_000)
  document.dispatchEvent(new Event('visibilitychange'))
  expect(Source.opened).toHaveLength(1)
})

it('a page in the background, whose timers come once a minute, keeps its connection until it comes to the front', () => {
  Object.assign(document, { hidden: true })
  for (let minute = 0; minute < 60; minute++) {
    sleep(55_000)
    vi.advanceTimersByTime(5_000)
  }
  expect(Source.opened).toHaveLength(1)
  Object.assign(document, { hidden: false })
  document.dispatchEvent(new Event('visibilitychange'))
  expect([Source.opened.length, open()]).toEqual([2, 1])
})

it('a machine that slept for hours catches up within seconds, though its connection said nothing', () => {
  sleep(3 * 3_600_000)
  vi.advanceTimersByTime(5_000)
  last().onopen!()
  expect([Source.opened.length, open()]).toEqual([2, 1])
  expect(told.slice(-3)).toEqual(['connecting', 'live', 'caught up'])
})

it('a page that comes to the front after it was stopped catches up at once', () => {
  sleep(60_000)
  document.dispatchEvent(new Event('visibilitychange'))
  expect([Source.opened.length, open()]).toEqual([2, 1])
})

it('when the network is back or another, the connection is made anew', () => {
  window.dispatchEvent(new Event('online'))
  expect([Source.opened.length, open()]).toEqual([2, 1])
})

it('after a refusal it asks again in ten seconds, and never has two connections', () => {
  last().readyState = Source.CLOSED
  last().onerror!()
  window.dispatchEvent(new Event('online'))
  vi.advanceTimersByTime(60_000)
  expect([Source.opened.length, open()]).toEqual([2, 1])
  last().readyState = Source.CLOSED
  last().onerror!()
  vi.advanceTimersByTime(10_000)
  expect([Source.opened.length, open()]).toEqual([3, 1])
})

it('ends with what it opened and hears nothing any more', () => {
  stop()
  window.dispatchEvent(new Event('online'))
  sleep(3_600_000)
  vi.advanceTimersByTime(60_000)
  expect([Source.opened.length, open()]).toEqual([1, 0])
})
