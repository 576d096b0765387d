import { expect, test } from 'vitest'
import { scopeOf } from './request.ts'
import { methodsOf, table } from './table.ts'

const name = 'a/b' as never

test('nothing in a repository is answered without the right for it', () => {
  const inRepository = table.filter(({ path }) => path.includes('<name>'))
  expect(inRepository.length).toBeGreaterThan(0)
  for (const { methods, path, guards } of inRepository) {
    const actions = guards.flatMap((guard) => guard.actions)
    const session = path.endsWith('<session>')
    for (const method of methods) {
      const needed = method === 'DELETE' && !session ? 'delete' : /GET|HEAD/.test(method) ? 'pull' : 'push'
      expect(actions, `${method} ${path}`).toContain(needed)
    }
  }
})

test('no method of a path is listed twice', () => {
  for (const { path } of table) expect(new Set(methodsOf(path)).size).toBe(methodsOf(path).length)
})

test('the scope of a challenge is what the guards ask, for this repository', () => {
  const scopes = table.map(({ path, guards }) =>
    scopeOf((path.includes('<name>') ? { path, name } : { path }) as never, guards),
  )
  expect(new Set(scopes)).toEqual(
    new Set([
      '',
      'registry:catalog:*',
      'repository:a/b:pull',
      'repository:a/b:pull,push',
      'repository:a/b:delete',
    ]),
  )
})
