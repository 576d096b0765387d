import type { Reply } from './reply.ts'

/** What goes wrong. Byte counts are of the body. */
export type FaultAction =
  /** Answers at once, without looking at the request. */
  | { kind: 'answer'; reply: Reply }
  /** Closes the connection before an answer. */
  | { kind: 'drop' }
  /** Closes the connection after so many bytes of the request have been taken. */
  | { kind: 'dropRequestAfter'; bytes: number }
  /** Does the work, then closes the connection after so many bytes of the answer; 0 leaves out the headers too. */
  | { kind: 'dropAnswerAfter'; bytes: number }
  /** Waits before answering. */
  | { kind: 'hold'; until: Promise<unknown> }
  /** Does the work, then lies about it. */
  | { kind: 'rewrite'; change: (reply: Reply) => Reply }

export interface Fault {
  when: (request: { method: string; path: string; query: URLSearchParams }) => boolean
  /** How many requests it hits. Default 1. */
  times?: number
  action: FaultAction
}

/** The first fault that applies; used up when its times are over. */
export function takeFault(
  faults: Fault[],
  request: { method: string; path: string; query: URLSearchParams },
): FaultAction | undefined {
  const position = faults.findIndex((fault) => fault.when(request))
  const fault = faults[position]
  if (fault === undefined) return undefined
  fault.times = (fault.times ?? 1) - 1
  if (fault.times <= 0) faults.splice(position, 1)
  return fault.action
}
