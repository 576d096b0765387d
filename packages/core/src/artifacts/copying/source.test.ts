import { expect, it } from 'vitest'
import { parseSource } from './source.ts'

const digest = `sha256:${'a'.repeat(64)}`

it('names an artifact by tag or by digest, in projects of any name', () => {
  expect(parseSource('team/app:v1')).toEqual({ repository: 'team/app', reference: { tag: 'v1' } })
  expect(parseSource(`team/a/b@${digest}`)).toEqual({ repository: 'team/a/b', reference: { digest } })
  expect(parseSource('my.team/app:v1')).toMatchObject({ repository: 'my.team/app' })
  expect(parseSource('localhost/app:v1')).toMatchObject({ repository: 'localhost/app' })
})

it.each([
  '',
  ':',
  '@',
  'team/app',
  'app:v1',
  `app@${digest}`,
  `team/app:v1@${digest}`,
  'team/app@v1',
  'team/app@sha256:12',
  `team/app@md5:${'a'.repeat(32)}`,
  'team/app:',
  'team/app:v1:v2',
  'team/app:a/b',
  '/team/app:v1',
  'team//app:v1',
  '../team/app:v1',
  'team/../other/app:v1',
  'team/%2e%2e/app:v1',
  'team%2fapp:v1',
  'Team/app:v1',
  'téam/app:v1',
  'team/app:v1\n',
  'team/app :v1',
  'http://evil.example/team/app:v1',
  'evil.example:443/team/app:v1',
  `${'a/'.repeat(200)}b:v1`,
  `team/app:${'v'.repeat(129)}`,
  'x'.repeat(2_000),
])('%j is refused', (from) => {
  expect(() => parseSource(from)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }))
})
