export { OutboundError, type OutboundReason } from './failure.ts'
export type { OutboundAnswer, OutboundRequest } from './fetch.ts'
export { allowedHosts, fetchConfigured, fetchOutbound } from './service.ts'
export { mayName, parseTarget } from './target.ts'
