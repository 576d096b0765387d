import { describe, expect, it } from 'vitest'
import { hitName, hitPath, searchInput } from './hits.ts'

const digest = `sha256:${'ab'.repeat(32)}`
const inRepository = { project_name: 'team', repository_name: 'team/a/app', matched: 'x' }

it.each([
  [{ project_name: 'team', matched: 'team' }, '/projects/team', 'team'],
  [inRepository, '/projects/team/repositories/a/app', 'team/a/app'],
  [{ ...inRepository, tag: 'v1', digest }, '/projects/team/artifacts/a/app/:v1', 'team/a/app:v1'],
])('a hit leads to its page', (hit, path, name) => {
  expect(hitPath(hit)).toBe(path)
  expect(hitName(hit)).toBe(name)
})

it('an artifact without a tag is named by its digest, shortened for the eye only', () => {
  const hit = { ...inRepository, digest }
  expect(hitPath(hit)).toBe(`/projects/team/artifacts/a/app/@${digest}`)
  expect(hitName(hit).length).toBeLessThan(50)
})

describe('searchInput', () => {
  const read = (query: string) => searchInput(new URLSearchParams(query))
  it('asks for nothing without words', () => {
    expect(read('')).toBeNull()
    expect(read('q=%20&kind=tag')).toBeNull()
  })
  it('asks for some of every kind, or for pages of one', () => {
    expect(read('q=app&cursor=x')?.query).toEqual({ q: 'app', page_size: 8 })
    expect(read('q=app&kind=tag&cursor=x')?.query).toEqual({
      q: 'app',
      kind: 'tag',
      page_size: 25,
      cursor: 'x',
    })
    expect(read('q=app&kind=other')?.query).toEqual({ q: 'app', page_size: 8 })
  })
})
