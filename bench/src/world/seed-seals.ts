import { setTimeout as delay } from 'node:timers/promises'
import type { Sql } from './sql.ts'

const LIMIT_MS = 60_000
const content = `at, actor_kind, actor_id, actor_name, credential, address, user_agent, request_id, action,
  resource_type, resource, project_id, result, times, detail`

/**
 * Writes `lines` lines that wait for their seal, all in one moment. They say what a line says that Berth itself wrote,
 * caught before it is sealed: its MAC covers what it says and neither id nor place, so it fits all of them.
 *
 * @param change makes Berth write a line; asked again until one was caught
 */
export async function addWaitingLines(
  sql: Sql,
  lines: number,
  change: () => Promise<unknown>,
): Promise<void> {
  const numbers =
    sql.provider === 'mysql' ? `(SELECT seq AS n FROM seq_1_to_${lines}) s` : `generate_series(1, ${lines}) s`
  const end = Date.now() + LIMIT_MS
  while (Date.now() < end) {
    const done = change()
    for (let tries = 0; tries < 200; tries++) {
      const [caught] = await sql.run<{ id: number; seal: string }>(
        'SELECT id, seal FROM audit_lines WHERE position IS NULL AND seal IS NOT NULL ORDER BY id DESC LIMIT 1',
      )
      if (caught) {
        // Should it be sealed meanwhile, it still says the same.
        await sql.run(
          `INSERT INTO audit_lines (${content}, seal) SELECT ${content}, '${caught.seal}'
             FROM audit_lines CROSS JOIN ${numbers} WHERE id = ${Number(caught.id)}`,
        )
        await done
        return
      }
      await delay(2)
    }
    await done
  }
  throw new Error('no line was met before it was sealed')
}

/** The place of the last line that is sealed. */
export async function lastSealed(sql: Sql): Promise<number> {
  const [row] = await sql.run<{ position: number | string }>('SELECT position FROM audit_heads')
  return Number(row?.position ?? 0)
}
