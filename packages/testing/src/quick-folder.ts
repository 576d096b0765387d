import { mkdtemp, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MEMORY = '/dev/shm'
/** What two whole runs side by side may fill. */
const ROOM_BYTES = 6 * 1024 ** 3

/** A new folder for what a server writes. */
export const folderOnDisk = (prefix: string) => mkdtemp(join(tmpdir(), prefix))

/**
 * The same in memory where there is room, which takes making and dropping hundreds of databases off the disk; for tests,
 * not for measurements.
 */
export async function quickFolder(prefix: string): Promise<string> {
  const free = await statfs(MEMORY).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  )
  return free >= ROOM_BYTES ? mkdtemp(join(MEMORY, prefix)) : folderOnDisk(prefix)
}
