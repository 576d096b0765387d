import type { Core } from '@berth/core'
import type { Log } from './log.ts'

export interface JobContext {
  core: Core
  log: Log
  /** Aborted when the process has to end: long work stops at the next good place and is run again. */
  signal: AbortSignal
}

/** A job is data: what it is called, what it takes, when it runs and how often it is tried. */
export interface JobDefinition<Payload> {
  /** `feature.verb`; stands in the queue, so it is never given another meaning. */
  name: string
  /** Payloads are ids and the like. @throws Error for anything that is no payload of this job */
  parse(payload: unknown): Payload
  /** When it starts by itself; undefined: only when asked for. */
  schedule?: Schedule
  /** Others wait for it within seconds: it has a place of its own, whatever else runs. */
  isPrompt?: boolean
  /** How often a process runs it at once; 1 unless told. */
  atOnce?: number
  retry: { attempts: number; firstDelayMs: number }
  /** Safe to run twice, also at once. What it returns is logged; undefined: there was nothing to do. */
  run(context: JobContext, payload: Payload): Promise<Record<string, unknown> | undefined>
}

/** A job whose `run` checks the payload itself. */
export type Job = JobDefinition<unknown>

export type Schedule = { everyMs: number } | { /** Six fields, UTC, seconds first. */ cron: string }

export const job = <Payload>(definition: JobDefinition<Payload>): Job => ({
  ...definition,
  run: (context, payload) => definition.run(context, definition.parse(payload)),
})

/** For jobs that take nothing. */
export function nothing(payload: unknown): Record<string, never> {
  if (payload === undefined || payload === null) return {}
  if (typeof payload === 'object' && Object.keys(payload).length === 0) return {}
  throw new TypeError('this job takes no payload')
}

/** For jobs that nobody waits for. */
export const patient = { attempts: 5, firstDelayMs: 5_000 }
