import { describe, expect, it } from 'vitest'
import { copySteps, repositoryProblem } from './copy-plan.ts'

const source = { project: 'team', repository: 'deep/app' }
const tag = (name: string, push_time: string) => ({
  name,
  push_time,
  id: 1,
  repository_id: 1,
  artifact_id: 1,
  immutable: false,
})
const artifact = {
  digest: 'sha256:ab',
  tags: [tag('v1', '2026-01-01T00:00:00Z'), tag('latest', '2026-02-01T00:00:00Z')],
}

describe('the steps of a copy', () => {
  it('bring every tag along, the newest last', () => {
    expect(copySteps(source, artifact, undefined)).toEqual({
      from: ['team/deep/app:v1', 'team/deep/app:latest'],
      tag: undefined,
    })
  })
  it('of an untagged artifact go by digest', () => {
    expect(copySteps(source, { digest: 'sha256:ab' }, undefined)).toEqual({
      from: ['team/deep/app@sha256:ab'],
      tag: undefined,
    })
  })
  it('bring only the tag asked for', () => {
    expect(copySteps(source, artifact, 'v1')).toEqual({ from: ['team/deep/app:v1'], tag: undefined })
  })
  it('put a new tag on the copy afterwards', () => {
    expect(copySteps(source, artifact, 'v2')).toEqual({ from: ['team/deep/app@sha256:ab'], tag: 'v2' })
  })
  it('put no tag on it when none is wanted', () => {
    expect(copySteps(source, artifact, '')).toEqual({ from: ['team/deep/app@sha256:ab'], tag: undefined })
  })
})

describe('a repository name', () => {
  it.each(['a', 'a/b/c', 'a.b', 'a__b', 'a--b', 'a1/b-2'])('%s will do', (name) => {
    expect(repositoryProblem(name)).toBeNull()
  })
  it.each(['A', 'a//b', '/a', 'a/', 'a..b', 'a___b', '-a', 'a b', 'a:b', 'x'.repeat(256)])(
    '%j is refused',
    (name) => {
      expect(repositoryProblem(name)).toBe('repositoryInvalid')
    },
  )
  it('is refused quickly however it is made', () => {
    expect(repositoryProblem(`${'a-'.repeat(127)}!`)).toBe('repositoryInvalid')
  })
})
