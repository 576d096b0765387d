import { projectOf } from '@berth/core/artifacts'
import {
  nearlyFullNews,
  requireRoomForBytes,
  requireRoomForMount,
  requireRoomToStart,
} from '@berth/core/quotas'
import { type Digest, isDigest, type RepositoryName } from '@berth/registry-client'
import { receivedBytes } from './chunk.ts'
import type { Guard, V2Request } from './request.ts'

const projectIn = ({ path }: V2Request) => projectOf((path as { name: RepositoryName }).name)

/**
 * Refuses bytes for which the project has no room before they come, as far as their number is announced: with those of
 * the chunks before them, which the upload's address tells. What comes without a length is refused at the manifest.
 */
export const roomForUpload: Guard = {
  actions: [],
  async check(request) {
    const { method, headers } = request.exchange.req
    if (method === 'GET' || method === 'DELETE') return
    const { core } = request.gateway
    const project = projectIn(request)
    // A mount brings no bytes; whether its blob fits is asked once it is known that the caller may have it.
    if (method === 'POST' && request.query.get('mount') === null) await requireRoomToStart(core, project)
    const comingBytes = Number(headers['content-length'] ?? 0)
    const digest = request.query.get('digest')
    if (!(comingBytes > 0)) return
    const sizeBytes = comingBytes + (receivedBytes(request.query.get('_state')) ?? 0)
    // The last chunk comes with the digest of the whole: what the project holds already takes no room.
    await requireRoomForBytes(core, project, {
      sizeBytes,
      digest: digest !== null && isDigest(digest) ? digest : undefined,
    })
  },
}

/** Refuses to mount what the project lacks and has no room for. Only for a blob that the caller may pull. */
export const roomForMount = (request: V2Request, digest: Digest): Promise<void> =>
  requireRoomForMount(request.gateway.core, projectIn(request), digest)

/** Tells the log, once an hour, that a project is nearly full. The push is over: nothing here may fail it. */
export async function warnWhenNearlyFull(request: V2Request): Promise<void> {
  const { core, log } = request.gateway
  const project = projectIn(request)
  const news = await nearlyFullNews(core, project).catch(() => undefined)
  if (!news) return
  const { usedBytes, limitBytes } = news
  log('warn', 'a project is nearly full', { project, usedBytes, limitBytes })
}
