import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Core } from '@berth/core'
import { type TrustedProxies, trustedProxies } from './client-address.ts'
import type { Log } from './log.ts'
import { collectGateway } from './metrics.ts'
import { openUpstream, type Upstream } from './proxy/forward.ts'
import { InboxDrain } from './service/inbox-drain.ts'
import { ManifestMemory } from './v2/manifest-memory.ts'
import { PullCounter } from './v2/pull-counter.ts'

export type NodeHandler = (req: IncomingMessage, res: ServerResponse) => void | Promise<void>

export interface GatewayOptions {
  core: Core
  log: Log
  /** Answers /api/v2.0 and /api/version. */
  api: NodeHandler
  /** The console; without it every other path says that there is none. */
  webUrl?: string | undefined
  accessLog?: boolean
  /** Whose `X-Forwarded-For` is believed; nobody's by default. */
  trustedProxies?: TrustedProxies
  /** The longest silence while bytes should flow. Default 60 s. */
  idleTimeoutMs?: number
  /** Memory for manifests. Default 64 MiB. */
  manifestMemoryBytes?: number
}

/** What the doors share, made once per process. */
export interface Gateway {
  readonly core: Core
  readonly log: Log
  readonly externalUrl: URL
  readonly registry: Upstream
  readonly web: Upstream | undefined
  readonly api: NodeHandler
  readonly manifests: ManifestMemory
  readonly pulls: PullCounter
  readonly inbox: InboxDrain
  readonly accessLog: boolean
  readonly trustedProxies: TrustedProxies
  /** Requests that are being answered. */
  inFlight: number
}

export function openGateway(options: GatewayOptions): Gateway {
  const { core, log, idleTimeoutMs } = options
  const gateway: Gateway = {
    core,
    log,
    externalUrl: new URL(core.settings.externalUrl),
    registry: openUpstream(core.settings.registryUrl, { idleTimeoutMs, ca: core.settings.registryCa }),
    web:
      options.webUrl === undefined
        ? undefined
        : openUpstream(options.webUrl, { idleTimeoutMs, answerTimeoutMs: idleTimeoutMs ?? 60_000 }),
    api: options.api,
    manifests: new ManifestMemory(options.manifestMemoryBytes ?? 64 * 1024 * 1024),
    pulls: new PullCounter(core, log),
    inbox: new InboxDrain(core, log),
    accessLog: options.accessLog ?? false,
    trustedProxies: options.trustedProxies ?? trustedProxies([]),
    inFlight: 0,
  }
  collectGateway(gateway)
  return gateway
}
