import { describe, expect, test } from 'vitest'
import { MAX_SCOPES, parseScopes } from './scopes.ts'

const parsed = (...parameters: string[]) =>
  parseScopes(parameters).map((scope) => `${scope.type}:${scope.name}:${scope.actions}`)

describe('scopes', () => {
  test('repeated parameters and spaces both separate scopes', () => {
    expect(parsed('repository:a/b:pull repository:a/c:push,pull', 'registry:catalog:*')).toEqual([
      'repository:a/b:pull',
      'repository:a/c:pull,push',
      'registry:catalog:*',
    ])
  })

  test('the same repository asked twice is one entry with all that was asked', () => {
    expect(parsed('repository:a/b:pull', 'repository:a/b:delete', 'repository:a/b/c:push')).toEqual([
      'repository:a/b:pull,delete',
      'repository:a/b/c:push',
    ])
  })

  test('`*` asks for everything there is', () => {
    expect(parsed('repository:a/b:*')).toEqual(['repository:a/b:pull,push,delete'])
  })

  test.each([
    '',
    ':',
    '::',
    'repository',
    'repository:a/b',
    'repository:a/b:',
    'repository:a/b:scanner-pull',
    'repository:A/b:pull',
    'repository:a/../b:pull',
    'repository:a//b:pull',
    'repository:/a:pull',
    'repository:a/b/:pull',
    'repository:a%2fb:pull',
    'repository:registry.example.com:5000/a/b:pull',
    `repository:${'a/'.repeat(130)}b:pull`,
    'registry:catalog:list',
    'registry:other:*',
    'project:a:*',
    'REPOSITORY:a/b:pull',
  ])('%j asks for nothing', (text) => {
    expect(parsed(text)).toEqual([])
  })

  test('a request with more scopes than anyone needs costs no more than the limit', () => {
    const many = Array.from({ length: MAX_SCOPES * 3 }, (_, index) => `repository:a/r${index}:pull`)
    expect(parsed(many.join(' '))).toHaveLength(MAX_SCOPES)
  })
})
