import { createApi, toNodeHandler } from '@berth/api'
import type { Core } from '@berth/core'
import { clientAddress, type TrustedProxies } from './client-address.ts'
import type { NodeHandler } from './gateway.ts'

/** The REST API, the same handler that the console mounts. */
export const apiHandler = (core: Core, proxies: TrustedProxies): NodeHandler =>
  toNodeHandler(createApi(core), { remoteAddress: (req) => clientAddress(req, proxies) })
