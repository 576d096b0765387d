import { latencyLine, sideBySide } from '../side-by-side.ts'
import type { Line } from '../table.ts'
import { auditEnd, seedAudit } from '../world/seed-audit.ts'
import { openWorld, type World } from '../world/world.ts'
import { measureExports } from './audit-exports.ts'
import type { Part } from './part.ts'

const FEW = 100_000
/** What counts as no time at all: the ratio of 4 ms to 1 ms says nothing to whoever waits for them. */
const FLOOR_MS = 5

const hoursBefore = (hours: number) =>
  new Date(auditEnd.getTime() - hours * 3_600_000).toISOString().slice(0, 19)

/** One value of each filter; in both logs they match the same share of the lines. */
const filters: Record<string, string> = {
  'two hours': `op_time=[${hoursBefore(4)}~${hoursBefore(2)}]`,
  'person (0.1 %)': 'username=person-500',
  'ci (30 %)': 'username=ci',
  'pull (57 %)': 'operation=pull',
  'type (1 %)': 'resource_type=configuration',
  resource: 'resource=project-7/service-3:v1',
  'failed (1 %)': 'result=failed',
  'project (1 %)': 'project_id=7',
  'address (0.1 %)': 'address=10.0.1.501',
  'text, common': 'text=~service-12',
  'text, nowhere': 'text=~zebra',
}

/**
 * The first page of every filter and of every pair of them, among 10,000,000 lines (or `--lines`) and among 100,000; then
 * exports of the large log.
 */
export const audit: Part = async ({ pace, say, auditLines }) => {
  const opened: World[] = []
  const open = async (count: number) => {
    say(`starting the Berth of ${count} lines`)
    const world = await openWorld()
    opened.push(world)
    const began = Date.now()
    await seedAudit(world.databaseUrl, count)
    say(`filled in ${Math.round((Date.now() - began) / 1_000)} s`)
    return world
  }
  try {
    const big = await open(auditLines)
    const little = await open(FEW)
    const names = Object.keys(filters)
    const cases = [
      ['no filter', ''],
      ...names.map((name) => [name, filters[name]!]),
      ...names.flatMap((one, n) =>
        names
          .slice(n + 1)
          .filter((other) => filters[one]!.split('=')[0] !== filters[other]!.split('=')[0])
          .map((other) => [`${one} + ${other}`, `${filters[one]},${filters[other]}`]),
      ),
    ] as [string, string][]
    const measured: Line[] = []
    for (const [what, q] of cases) {
      const query = new URLSearchParams({ page_size: '15', ...(q && { q }) })
      const side = (world: World) => ({
        request: {
          url: `${world.url}/api/v2.0/auditlog-exts?${query}`,
          headers: { authorization: world.admin },
        },
        pids: [world.pids.gateway],
      })
      const line = { part: 'audit', what: `${what}: p50`, goal: { atMost: 3 } }
      try {
        const comparison = await sideBySide(side(big), side(little), 1, {
          rounds: Math.min(pace.rounds, 3),
          seconds: pace.seconds / 6,
        })
        measured.push(latencyLine({ ...line, floorMs: FLOOR_MS }, comparison))
      } catch (error) {
        // It took half an hour to fill the log: the other sixty-four are worth having.
        measured.push({ ...line, berth: 'failed', note: (error as Error).message })
      }
    }
    for (const count of [FEW, 10 * FEW])
      if (count <= auditLines) measured.push(...(await measureExports(big, count)))
    return measured
  } finally {
    for (const world of opened) await world.berth.stop()
  }
}
