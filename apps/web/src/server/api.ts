import { createApi, toFetchHandler } from '@berth/api'
import { getCore } from './running.ts'

type Handler = (request: Request) => Promise<Response>
const shared = globalThis as { berthApi?: Handler }

/** Answers a request to /api/v2.0 in this process; the same handler as behind the gateway. */
export function handleApi(request: Request): Promise<Response> {
  shared.berthApi ??= toFetchHandler(createApi(getCore()), {
    // The console listens behind the gateway only, which puts the client's address here and nothing else.
    remoteAddress: ({ headers }) => headers.get('x-forwarded-for')?.split(',')[0]?.trim() ?? '',
  })
  return shared.berthApi(request)
}
