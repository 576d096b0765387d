import { expect, it } from 'vitest'
import { destination } from './target.ts'

it.each(['//evil.test/x', '/\\evil.test/x', 'https://evil.test/x', '//user:secret@evil.test:80', '?x', ''])(
  'sends %j to the server it is meant for',
  (target) => {
    expect(destination(new URL('https://registry.test:5443/base'), target)).toMatchObject({
      protocol: 'https:',
      hostname: 'registry.test',
      port: 5443,
      path: target,
    })
    expect(destination(new URL('http://[::1]:80/'), target)).toMatchObject({ hostname: '::1' })
  },
)
