import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pidOf } from '@berth/testing/berth'
import type { Line } from '../table.ts'
import { familyOf, memoryBytes, peakBytes } from '../world/processes.ts'
import type { Part } from './part.ts'

const MiB = 1024 * 1024

/** Memory of every process after all that the bench did before: this part comes last. */
export const memory: Part = async ({ large }) => {
  const { berth } = await large()
  return memoryOfParts(berth.dataDir, 'after the load')
}

/** One line per part that left its process id in the data folder, with its children, and their sum. */
export async function memoryOfParts(dataDir: string, when: string): Promise<Line[]> {
  const files = (await readdir(join(dataDir, 'run'))).filter((name) => name.endsWith('.pid'))
  const parts = await Promise.all(
    files.map(async (file) => {
      const name = file.slice(0, -'.pid'.length)
      const pid = await pidOf(dataDir, name)
      // The supervisor's family would be everything once more.
      const family = name === 'supervisor' ? [pid] : await familyOf(pid)
      const sizes = await Promise.all(family.map((member) => memoryBytes(member).catch(() => 0)))
      const bytes = sizes.reduce((sum, size) => sum + size, 0)
      return { name, bytes, peak: await peakBytes(pid), processes: family.length }
    }),
  )
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0)
  const show = (bytes: number) => `${Math.round(bytes / MiB)} MiB`
  return [
    ...parts
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, bytes, peak, processes }) => ({
        part: 'memory',
        what: `memory of ${name}, ${when}`,
        berth: show(bytes),
        note: processes > 1 ? `${processes} processes` : `${show(peak)} resident at most`,
      })),
    { part: 'memory', what: `memory of all parts, ${when}`, berth: show(total) },
  ]
}
