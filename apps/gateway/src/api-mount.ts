import { createApi, toNodeHandler } from '@berth/api'
import type { Core } from '@berth/core'
import type { NodeHandler } from './gateway.ts'

/** The REST API, the same handler that the console mounts. */
export const apiHandler = (core: Core): NodeHandler => toNodeHandler(createApi(core))
