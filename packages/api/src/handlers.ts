import type { OperationId } from '@berth/contract'
import type { Handler } from './handler.ts'
import { openapi } from './openapi.ts'
import { ping } from './ping.ts'
import { projects } from './projects.ts'
import { users } from './users.ts'

/** operationId → handler, one file per feature. A test compares the two sets. */
export const handlers: { [Op in OperationId]?: Handler<Op> } = {
  ...openapi,
  ...ping,
  ...projects,
  ...users,
}
