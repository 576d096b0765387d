import { expect, it } from 'vitest'
import { root } from '../start/build.ts'
import { brokenFences, brokenIn } from './fences.ts'

it('no file of Berth breaks a fence', () => {
  expect(brokenFences(root)).toEqual([])
})

it.each([
  ['packages/core/src/tags/zz.ts', '../projects/store.ts', 'through its index.ts'],
  ['packages/core/src/tags/zz.ts', '../projects/model.ts', 'through its index.ts'],
  ['packages/core/src/tags/deep/zz.ts', '../../projects/store.ts', 'through its index.ts'],
  ['packages/core/src/tags/service.ts', '@berth/db', 'only store.ts'],
  ['packages/core/src/tags/service.ts', '@berth/api', 'may import db, registry-client'],
  ['packages/db/src/zz.ts', '../../core/src/index.ts', 'leave its room'],
  ['packages/db/src/zz.test.ts', '../../core/src/index.ts', 'leave its room'],
  ['packages/registry-client/src/zz.ts', '@berth/core', 'nothing of ours'],
  ['packages/ldap-client/src/zz.ts', '@berth/core', 'nothing of ours'],
  ['packages/api/src/zz.ts', '@berth/ldap-client', 'may import contract, core'],
  ['packages/api/src/zz.ts', '@berth/db', 'may import contract, core'],
  ['apps/web/src/server/zz.ts', '@berth/core', 'only apps/web/src/server/core.ts'],
  ['apps/web/src/server/zz.ts', '@berth/core/sessions', 'only apps/web/src/server/core.ts'],
  ['apps/web/src/server/zz.ts', '@berth/api', 'only apps/web/src/server/api.ts'],
  ['apps/web/src/features/tags/zz.tsx', '../../../../../packages/core/src/index.ts', 'leave its room'],
  ['apps/gateway/src/v2/zz.ts', '@berth/api', 'only apps/gateway/src/api-mount.ts'],
  ['apps/gateway/src/v2/zz.ts', '@berth/jobs', 'apps never import apps'],
  ['apps/gateway/src/v2/zz.test.ts', '@berth/jobs', 'apps never import apps'],
  ['e2e/zz.spec.ts', '../packages/db/src/index.ts', 'leave its room'],
])('%s must not import %s', (file, specifier, why) => {
  for (const text of [
    `import { a } from '${specifier}'`,
    `import type {\n  A,\n  B,\n} from "${specifier}"`,
    `export * from '${specifier}'`,
    `import '${specifier}'`,
    `const a = await import('${specifier}')`,
  ])
    expect(brokenIn(file, `// first\n${text}\n`)).toEqual([
      expect.stringMatching(`^${file}: .*${why.replaceAll('.', '\\.')}`),
    ])
})

it.each([
  ['packages/core/src/tags/service.ts', '../projects/index.ts'],
  ['packages/core/src/tags/service.ts', './store.ts'],
  ['packages/core/src/tags/deep/part.ts', '../store.ts'],
  ['packages/core/src/tags/store.ts', '@berth/db'],
  ['packages/core/src/tags/service.ts', '@berth/ldap-client'],
  ['packages/core/src/tags/tags.db.test.ts', '@berth/testing'],
  ['apps/web/src/server/core.ts', '@berth/core/sessions'],
  ['apps/web/src/features/tags/tag-list.tsx', '@/data/use-api.ts'],
  ['packages/api/src/tags.ts', 'node:path'],
])('%s may import %s', (file, specifier) => {
  expect(brokenIn(file, `import { a } from '${specifier}'`)).toEqual([])
})
