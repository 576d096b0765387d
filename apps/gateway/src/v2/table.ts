import { continueUpload, deleteBlob, getBlob, startUpload } from './blobs.ts'
import { deleteManifest } from './delete-manifest.ts'
import { catalog, tags } from './listings.ts'
import type { At, V2Path } from './path.ts'
import { ping } from './ping.ts'
import { getManifest } from './read-manifest.ts'
import { referrers } from './referrers.ts'
import { type Guard, may, mayListCatalog, takesUploads, type V2Request } from './request.ts'
import { roomForUpload } from './room.ts'
import { putManifest } from './write-manifest.ts'

export interface Route {
  methods: readonly string[]
  path: V2Path['path']
  /** In this order, after the sender is known. */
  guards: readonly Guard[]
  handle(request: V2Request): Promise<void>
}

const route = <P extends V2Path['path']>(
  methods: string,
  path: P,
  guards: Guard[],
  handle: (request: V2Request<At<P>>) => Promise<void>,
): Route => ({ methods: methods.split(' '), path, guards, handle: handle as unknown as Route['handle'] })

const manifest = '/v2/<name>/manifests/<reference>'
const session = '/v2/<name>/blobs/uploads/<session>'

/** Everything /v2 answers. Whoever writes needs `pull` too, as the registry has it. */
export const table: readonly Route[] = [
  route('GET HEAD', '/v2/', [], ping),
  route('GET', '/v2/_catalog', [mayListCatalog], catalog),
  route('GET', '/v2/<name>/tags/list', [may('pull')], tags),
  route('GET HEAD', manifest, [may('pull')], getManifest),
  route('PUT', manifest, [may('pull', 'push')], putManifest),
  route('DELETE', manifest, [may('delete')], deleteManifest),
  route('GET', '/v2/<name>/referrers/<digest>', [may('pull')], referrers),
  route('GET HEAD', '/v2/<name>/blobs/<digest>', [may('pull')], getBlob),
  route('DELETE', '/v2/<name>/blobs/<digest>', [may('delete')], deleteBlob),
  route('POST', '/v2/<name>/blobs/uploads/', [may('pull', 'push'), takesUploads, roomForUpload], startUpload),
  route('PATCH PUT', session, [may('pull', 'push'), takesUploads, roomForUpload], continueUpload),
  route('GET DELETE', session, [may('pull', 'push')], continueUpload),
]

export const methodsOf = (path: V2Path['path']): string[] =>
  table.filter((entry) => entry.path === path).flatMap((entry) => entry.methods)
