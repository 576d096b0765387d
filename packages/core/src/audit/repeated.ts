import { ANONYMOUS } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import type { AuditLine } from './model.ts'
import { currentOrigin, type Origin } from './origin.ts'
import { recordFrom } from './service.ts'

const WINDOW_MS = 60_000
const LOOK_EVERY_MS = 5_000
/** Names that one network may try within a minute and have lines of their own for. */
const MAX_SUBJECTS = 20
/** On this node, over all networks; strangers and those who are known have as many each. */
const MAX_WINDOWS = 300

interface Window {
  line: AuditLine
  origin: Origin
  network: string
  openedMs: number
  isStranger: boolean
  /** What has no line yet. */
  count: number
  lastMs: number
  /** Ends once the first line stands or could not be written. */
  written: Promise<void>
}

/** Who does what, for counting: equal ones are the same thing again. */
export interface Repetition {
  /** The name that was tried. */
  subject: string
  /** As `networkOf` tells it; for somebody known, who it is. */
  network: string
  /** What the line of several subjects says in place of one; that it names nobody where absent. */
  several?: Pick<AuditLine, 'resource' | 'projectId' | 'detail'>
}

interface State {
  windows: Map<string, Window>
  /** Of open windows, by network. */
  subjects: Map<string, number>
  /** How many of the open windows strangers caused. */
  ofStrangers: number
  timer: NodeJS.Timeout | undefined
}
const states = new WeakMap<Core, State>()

function stateOf(core: Core): State {
  let state = states.get(core)
  if (!state) {
    state = { windows: new Map(), subjects: new Map(), ofStrangers: 0, timer: undefined }
    states.set(core, state)
    core.beforeClose(() => flushRepeated(core))
  }
  return state
}

/**
 * For what strangers can cause as often as they like: the first gets a line at once, its repetitions within a minute
 * one more line together when the minute is over. Who tries ever new names, or from ever new networks, gets lines that
 * name none. What somebody known does stands under who they are, and strangers take no room from it. Ends when the first
 * line stands, also for repetitions. Never throws: what cannot be written now is counted with the rest.
 */
export async function recordRepeated(core: Core, line: AuditLine, repetition: Repetition): Promise<void> {
  const state = stateOf(core)
  const now = core.now()
  const isStranger = line.actor.kind !== 'user' && line.actor.kind !== 'robot'
  const { key, network, scope } = keyFor(state, line, repetition, isStranger)
  const open = state.windows.get(key)
  if (open) {
    open.count++
    open.lastMs = now
    // Whoever is answered finds the line: the first may still be on its way to the database.
    return open.written
  }
  const window: Window = {
    line: lineFor(scope, line, repetition.several),
    origin: scope === 'everybody' ? { address: '', userAgent: '', requestId: '' } : currentOrigin(),
    network,
    isStranger,
    openedMs: now,
    count: 0,
    lastMs: now,
    written: Promise.resolve(),
  }
  state.windows.set(key, window)
  if (isStranger) state.ofStrangers++
  state.subjects.set(network, (state.subjects.get(network) ?? 0) + 1)
  state.timer ??= setInterval(() => void closeWindows(core, state, core.now()), LOOK_EVERY_MS).unref()
  window.written = recordFrom(core, undefined, window.line, window.origin, new Date(now)).catch(() => {
    window.count++
  })
  await window.written
}

const NOBODY = { actorName: '*', resource: '*', detail: { accounts: 'several' } }

function lineFor(scope: Key['scope'], line: AuditLine, several: Repetition['several']): AuditLine {
  if (scope === 'account') return line
  if (scope === 'network') return { ...line, ...(several ?? NOBODY) }
  return { ...line, ...several, ...NOBODY, actor: ANONYMOUS, credential: '' }
}

type Key = { key: string; network: string; scope: 'account' | 'network' | 'everybody' }

function keyFor(state: State, line: AuditLine, { subject, network }: Repetition, isStranger: boolean): Key {
  const { windows, ofStrangers } = state
  const event = `${line.action}_${line.resourceType}`
  const account: Key = { key: JSON.stringify([event, network, subject]), network, scope: 'account' }
  if (windows.has(account.key)) return account
  const full = (isStranger ? ofStrangers : windows.size - ofStrangers) >= MAX_WINDOWS
  if (!full && (state.subjects.get(network) ?? 0) < MAX_SUBJECTS) return account
  const ofNetwork: Key = { key: JSON.stringify([event, network]), network, scope: 'network' }
  // Of the known there are only so many, however many networks there are.
  if (!full || !isStranger || windows.has(ofNetwork.key)) return ofNetwork
  return { key: event, network: '', scope: 'everybody' }
}

/** Writes what was counted so far and begins anew. For the end of the process, and for tests. */
export async function flushRepeated(core: Core): Promise<void> {
  const state = states.get(core)
  if (state) await closeWindows(core, state, Number.POSITIVE_INFINITY)
}

async function closeWindows(core: Core, state: State, nowMs: number): Promise<void> {
  for (const [key, window] of state.windows) {
    if (nowMs - window.openedMs < WINDOW_MS) continue
    state.windows.delete(key)
    if (window.isStranger) state.ofStrangers--
    const left = (state.subjects.get(window.network) ?? 1) - 1
    if (left > 0) state.subjects.set(window.network, left)
    else state.subjects.delete(window.network)
    if (window.count > 0) await writeRest(core, state, key, window)
  }
  if (state.windows.size > 0) return
  clearInterval(state.timer)
  state.timer = undefined
}

async function writeRest(core: Core, state: State, key: string, window: Window): Promise<void> {
  const { line, origin, count, openedMs, lastMs } = window
  const detail = { ...line.detail, since: new Date(openedMs) }
  await recordFrom(core, undefined, { ...line, times: count, detail }, origin, new Date(lastMs)).catch(() => {
    // The database is away: with the next minute, unless that one has begun without it.
    const next = state.windows.get(key)
    if (next) next.count += count
  })
}
