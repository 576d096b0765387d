import { expect, it } from 'vitest'
import { parsePostgresLog, perCall } from './observed-sql.ts'

const log = `2026-11-21 08:00:00.000 UTC [9] LOG:  execute q1: SELECT r.name
\t  FROM repositories r
\t WHERE r.name = $1 LIMIT $2
2026-11-21 08:00:00.000 UTC [9] DETAIL:  Parameters: $1 = 'it''s', $2 = NULL
2026-11-21 08:00:00.001 UTC [9] LOG:  statement: SELECT 1
2026-11-21 08:00:00.001 UTC [9] LOG:  execute <unnamed>: SELECT 2
2026-11-21 08:00:00.002 UTC [9] LOG:  checkpoint starting: time
`

it('reads texts over several lines and their parameters from the log', () => {
  expect(parsePostgresLog(log)).toEqual([
    { text: 'SELECT r.name\n  FROM repositories r\n WHERE r.name = $1 LIMIT $2', params: ["it's", null] },
    { text: 'SELECT 2', params: [] },
  ])
})

it('reads the same when each line has its time of arrival before it', () => {
  const stamped = log.replaceAll(/^(?=.)/gm, '2026-11-21T08:00:00.123Z ')
  expect(parsePostgresLog(stamped)).toEqual(parsePostgresLog(log))
  expect(parsePostgresLog(stamped)).toHaveLength(2)
})

it('keeps what came with every call, as often as it came, and drops the rest', () => {
  const one = { text: 'one', params: [] }
  const twice = { text: 'twice', params: [] }
  const heartbeat = { text: 'heartbeat', params: [] }
  const seen = [one, twice, twice, heartbeat, one, twice, twice, one, twice, twice]
  expect(perCall(seen, 3)).toEqual([one, twice, twice])
  expect(perCall(seen.slice(1), 3)).toEqual([twice, twice, one])
})
