import type { Reply } from './handler.ts'
import type { ApiRequest } from './http.ts'

/** One server-sent event. `id` is where the client goes on after a break. */
export interface SentEvent {
  id?: number
  name: string
  data: unknown
}

/** After how long a browser comes back, in milliseconds. */
const RETRY_MS = 3_000

/** Server-sent events, as browsers' EventSource reads them. A batch without events is a comment: the connection lives. */
export const eventStream = (
  batches: (gone: AbortSignal) => AsyncIterable<readonly SentEvent[]>,
): Reply<never> => ({
  status: 200,
  headers: { 'content-type': 'text/event-stream; charset=utf-8' },
  async *stream(gone) {
    yield Buffer.from(`retry: ${RETRY_MS}\n\n`)
    for await (const events of batches(gone))
      yield Buffer.from(events.length === 0 ? ':\n\n' : events.map(write).join(''))
  },
})

const write = ({ id, name, data }: SentEvent): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`

/** Where to go on: what a browser sends when it comes back, else what the page asked for. */
export function positionAfter(request: ApiRequest, asked: number | undefined): number | undefined {
  const last = request.header('last-event-id')
  return last !== undefined && /^\d{1,15}$/.test(last) ? Number(last) : asked
}
