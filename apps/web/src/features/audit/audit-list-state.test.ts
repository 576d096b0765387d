import { describe, expect, it } from 'vitest'
import { auditConditions, auditInput, readEventType } from './audit-list-state.ts'

const nowMs = Date.parse('2026-03-04T05:07:09Z')
const conditions = (query: string) => auditConditions(new URLSearchParams(query), nowMs)

describe('auditConditions', () => {
  it.each([
    ['', undefined],
    ['q=team/app', 'text=~team%2Fapp'],
    ['q=resource:team/app+push', 'resource=~team%2Fapp,text=~push'],
    ['q=actor:ada+address:10.0.', 'username=~ada,address=~10.0.'],
    ['since=day', 'op_time=[2026-03-03T05:05:00~]'],
    ['since=for-ever', undefined],
    ['from=2026-01-01&to=2026-01-31', 'op_time=[2026-01-01T00:00:00~2026-01-31T23:59:59]'],
    ['to=2026-01-31', 'op_time=[~2026-01-31T23:59:59]'],
    ['from=2026-13-77', undefined],
    [
      'operation=delete&type=user_group&result=refused',
      'operation=delete,resource_type=user_group,result=refused',
    ],
    ['operation=x,username=y', undefined],
  ])('%s asks for %s', (query, q) => {
    expect(conditions(query)).toBe(q)
  })
})

describe('where a search goes on', () => {
  const input = (query: string) => auditInput(new URLSearchParams(query), nowMs).query.q
  it.each([
    ['before=2026-03-03T01:02:03.456Z', 'op_time=[~2026-03-03T01:02:03.456Z]'],
    ['since=week&before=2026-03-03T01:02:03Z', 'op_time=[2026-02-25T05:05:00~2026-03-03T01:02:03Z]'],
    ['to=2026-03-01&before=2026-03-03T01:02:03Z', 'op_time=[~2026-03-01T23:59:59]'],
    ['to=2026-03-03&before=2026-03-03T01:02:03Z', 'op_time=[~2026-03-03T01:02:03Z]'],
    ['before=yesterday', undefined],
    ['before=2026-03-03T99:99:99Z', undefined],
  ])('%s asks for %s', (query, q) => {
    expect(input(query)).toBe(q)
  })

  it('is no condition of what is followed or exported', () => {
    expect(conditions('q=x&before=2026-03-03T01:02:03Z')).toBe('text=~x')
  })
})

it('a type of event is what was done, and to what', () => {
  expect(readEventType('create_user_group')).toEqual({ operation: 'create', type: 'user_group' })
})
