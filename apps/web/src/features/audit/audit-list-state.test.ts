import { describe, expect, it } from 'vitest'
import { auditConditions, readEventType } from './audit-list-state.ts'

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

it('a type of event is what was done, and to what', () => {
  expect(readEventType('create_user_group')).toEqual({ operation: 'create', type: 'user_group' })
})
