import type { Digest, RepositoryName, Tag } from '@berth/registry-client'
import { expect, it } from 'vitest'
import { itemsOf } from './items.ts'

const digest = `sha256:${'a'.repeat(64)}` as Digest
const [source, target] = ['team/app', 'copies/app'] as RepositoryName[]
const tags = (...names: string[]) => names as Tag[]

it('what a mirror deletes is deleted where it was looked for, and the other way', () => {
  const comparison = { source: source!, target: target!, copies: [], inStep: 0 }
  const deletions = [{ digest, tags: tags('v1') }]
  const items = itemsOf({ ...comparison, deletions }, { direction: 'push', override: true })
  expect(items).toMatchObject([
    { action: 'delete', destination: source, source: target, direction: 'pull', tags: ['v1'] },
  ])
})
