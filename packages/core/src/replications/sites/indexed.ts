import type { Digest } from '@berth/registry-client'
import type { Core } from '../../context/index.ts'
import { Gathering } from '../../gathering/index.ts'
import { readIndexedBlobs } from './store.ts'

const AT_ONCE = 100
const looks = new WeakMap<Core, Gathering<Digest, boolean>>()

/** Whether artifacts of this Berth need a blob or have needed it; of all blobs that are asked for at once by one statement. */
export function isIndexed(core: Core, digest: Digest): Promise<boolean> {
  let look = looks.get(core)
  if (!look) {
    look = new Gathering<Digest, boolean>(AT_ONCE, async (digests) => {
      const known = await readIndexedBlobs(core, digests)
      return digests.map((one) => known.has(one))
    })
    looks.set(core, look)
  }
  return look.run(digest)
}
