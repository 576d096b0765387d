import { mkdtemp, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MEMORY = '/dev/shm'
/** What two whole runs side by side may fill. */
const ROOM_BYTES = 6 * 1024 ** 3

/**
 * A new folder for what a server writes during tests: in memory where there is room, which takes making and dropping
 * hundreds of databases off the disk; otherwise among the temporary files.
 */
export async function quickFolder(prefix: string): Promise<string> {
  const free = await statfs(MEMORY).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  )
  return mkdtemp(join(free >= ROOM_BYTES ? MEMORY : tmpdir(), prefix))
}
