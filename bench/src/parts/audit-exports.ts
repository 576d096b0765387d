import { peakResidentBytes, residentBytes } from '@berth/testing/berth'
import type { Line } from '../table.ts'
import { auditEnd } from '../world/seed-audit.ts'
import type { World } from '../world/world.ts'

const MiB = 1024 * 1024

/** The newest `count` lines of a seeded log, one a second, in both forms: how fast they come, and what the gateway holds. */
export async function measureExports(world: World, count: number): Promise<Line[]> {
  const lines: Line[] = []
  const since = new Date(auditEnd.getTime() - (count - 1) * 1_000).toISOString().slice(0, 19)
  const until = auditEnd.toISOString().slice(0, 19)
  for (const format of ['csv', 'jsonl']) {
    const query = new URLSearchParams({ format, q: `op_time=[${since}~${until}]` })
    const before = await residentBytes(world.pids.gateway)
    let feeds = 0
    let bytes = 0
    const began = performance.now()
    const peak = await peakResidentBytes(world.pids.gateway, async () => {
      const answer = await fetch(`${world.url}/api/v2.0/auditlog-exts/export?${query}`, {
        headers: { authorization: world.admin },
      })
      if (!answer.ok) throw new Error(`the export was answered with ${answer.status}`)
      for await (const chunk of answer.body!) {
        bytes += chunk.length
        for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) feeds++
      }
    })
    const seconds = (performance.now() - began) / 1_000
    const expected = format === 'csv' ? count + 1 : count
    if (feeds !== expected) throw new Error(`an export of ${count} lines has ${feeds}`)
    lines.push({
      part: 'audit',
      what: `export of ${count} lines, ${format}`,
      berth: `${Math.round(count / seconds)} lines/s`,
      note: `${(bytes / MiB).toFixed(0)} MiB in ${seconds.toFixed(1)} s; gateway ${(before / MiB).toFixed(0)} MiB before, ${(peak / MiB).toFixed(0)} MiB at most`,
    })
  }
  return lines
}
