import type { Core } from '../../../context/index.ts'
import { insertRemoval, type Leaving, type Removal } from './store.ts'

const person = { kind: 'user', id: 7, username: 'jane', via: 'password' } as const
/** For tests: where Jane asks from. */
export const origin = { address: '192.0.2.7', userAgent: 'curl', requestId: 'blob' }

/** For tests: as a process leaves it that is killed while the registry works. */
export const leaveBegun = (core: Core, projectId: number, what: Leaving, how: Partial<Removal> = {}) =>
  insertRemoval(core, {
    ...what,
    repository: 'team/app',
    projectId,
    actor: person,
    origin,
    at: new Date(),
    ...how,
  } as Removal)

/** For tests: the log's lines of a blob. */
export async function blobLines({ db }: Core, digest: string) {
  const where = { resourceType: 'blob', resource: `team/app@${digest}` }
  const lines = await db.prisma.auditLine.findMany({ where, orderBy: { id: 'asc' } })
  return lines.map(({ result, address, projectId }) => ({ result, address, projectId }))
}

/** For tests: the log's lines of deletions. */
export const deletionLines = ({ db }: Core, resource: string) =>
  db.prisma.auditLine.findMany({
    where: { resource, action: 'delete' },
    orderBy: { id: 'asc' },
    select: { result: true, address: true, actorName: true, requestId: true },
  })

/** For tests: what the log says of failures. */
export const failureDetails = async ({ db }: Core, resource: string) =>
  (await db.prisma.auditLine.findMany({ where: { resource, result: 'failed' } })).map(({ detail }) => detail)
