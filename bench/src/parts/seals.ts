import { setTimeout as delay } from 'node:timers/promises'
import { pidOf } from '@berth/testing/berth'
import type { Line } from '../table.ts'
import { cpuSecondsOf } from '../world/processes.ts'
import { addWaitingLines, lastSealed } from '../world/seed-seals.ts'
import { openSql, type Sql } from '../world/sql.ts'
import { openWorld, type World } from '../world/world.ts'
import type { Part } from './part.ts'

const LINES = 100_000
const GOAL_PER_SECOND = 5_000
/** A few may have been sealed before the first look. */
const BATCH = 2_000
/** Nobody waits longer for a Berth that does not seal. */
const LIMIT_MS = 300_000

/** 100,000 lines that wait at once for their place in the log: how fast they are sealed, and then verified. */
export const seals: Part = async ({ say, pace }) => {
  const world = await openWorld()
  const sql = openSql(world.databaseUrl, 2)
  try {
    const rounds = Math.min(pace.rounds, 3)
    const measured: { perSecond: number; cpuSeconds: number }[] = []
    for (let round = 0; round < rounds; round++) {
      await addWaitingLines(sql, LINES, () => change(world, round))
      say(`${LINES} lines wait`)
      measured.push(await watchSealing(world, sql))
    }
    const rates = measured.map(({ perSecond }) => perSecond).sort((a, b) => a - b)
    const rate = rates[rates.length >> 1]!
    const ratio = (value: number) => value / GOAL_PER_SECOND
    const sealing: Line = {
      part: 'seals',
      what: `lines sealed, of ${LINES} that wait`,
      berth: `${rate.toFixed(0)} lines/s`,
      against: `${GOAL_PER_SECOND} lines/s`,
      ratio: { median: ratio(rate), min: ratio(rates[0]!), max: ratio(rates.at(-1)!) },
      goal: { atLeast: 1 },
      note: `jobs ${Math.max(...measured.map(({ cpuSeconds }) => cpuSeconds)).toFixed(1)} s of processor time`,
    }
    return [sealing, await verifying(world)]
  } finally {
    await sql.close()
    await world.berth.stop()
  }
}

/** From the first batch on: until then the job has not looked. */
async function watchSealing({ berth }: World, sql: Sql) {
  const jobs = await pidOf(berth.dataDir, 'jobs')
  const cpuBefore = await cpuSecondsOf([jobs])
  const before = await lastSealed(sql)
  const end = Date.now() + LIMIT_MS
  let first: { at: number; sealed: number } | undefined
  for (;;) {
    const sealed = (await lastSealed(sql)) - before
    if (sealed > 0) first ??= { at: performance.now(), sealed }
    if (first && sealed >= LINES - BATCH) {
      const seconds = (performance.now() - first.at) / 1_000
      return {
        perSecond: (sealed - first.sealed) / seconds,
        cpuSeconds: (await cpuSecondsOf([jobs])) - cpuBefore,
      }
    }
    if (Date.now() > end) throw new Error(`${sealed} of ${LINES} lines were sealed in ${LIMIT_MS} ms`)
    await delay(20)
  }
}

/** Something that is written to the log. */
const change = ({ api }: World, n: number) =>
  api.call('createProject', { body: { project_name: `sealed-${n}-${Date.now()}` } })

async function verifying({ api }: World): Promise<Line> {
  const began = performance.now()
  let lines = 0
  const ask = async (from: number) => (await api.call('verifyAuditLog', { query: { from } })).data
  for (let from = 1; ; ) {
    const found = await ask(from)
    if (found.broken) throw new Error(`the log is broken: ${JSON.stringify(found.broken)}`)
    lines += found.lines ?? 0
    if (!found.next) break
    from = found.next
  }
  const seconds = (performance.now() - began) / 1_000
  return { part: 'seals', what: 'lines verified', berth: `${(lines / seconds).toFixed(0)} lines/s` }
}
