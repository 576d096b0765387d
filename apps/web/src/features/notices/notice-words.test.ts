import { expect, it } from 'vitest'
import { noticeKinds, noticePath } from './notice-words.ts'

const notice = (kind: string, facts = {}) => ({ id: 1, kind, facts, read: false, creation_time: '' })

it('every notice leads to where something can be done about it', () => {
  const paths = noticeKinds.map((kind) => noticePath(notice(kind, { project: 'a b' })))
  expect(paths).toEqual([
    '/projects/a%20b/storage',
    '/projects/a%20b/storage',
    '/projects/a%20b/webhooks',
    '/projects/a%20b/robots',
    '/robots',
    '/profile',
    '/audit-log/destinations',
    '/audit-log/destinations',
    '/configurations/ldap',
    '/replications',
  ])
})

it('one of a run that failed leads to that run', () => {
  const facts = { name: 'nightly', tasks: 1, policy_id: 7, execution_id: 42 }
  expect(noticePath(notice('replication_failed', facts))).toBe('/replications/7/executions/42')
})

it('one without a place leads nowhere', () => {
  expect(noticePath(notice('quota_warning'))).toBeUndefined()
  expect(noticePath(notice('something_new', { project: 'a' }))).toBeUndefined()
})
