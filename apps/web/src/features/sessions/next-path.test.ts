import { expect, it } from 'vitest'
import { safeNextPath, signInPath } from './next-path.ts'

it.each(['/projects', '/projects/library?page=2#x', '/users'])('%s is kept', (path) => {
  expect(safeNextPath(path)).toBe(path)
})

it.each([
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  '/\n//evil.example',
  '\\\\evil.example',
  'javascript:alert(1)',
  '/..//evil.example',
  '/.//evil.example',
  'projects',
  '',
  '/sign-in?next=/sign-in',
  '/api/auth/signout',
  '/api/v2.0/projects',
])('%j leads home', (path) => {
  expect(safeNextPath(path)).toBe('/projects')
})

it('what is missing or given twice leads home', () => {
  expect(safeNextPath(undefined)).toBe('/projects')
  expect(safeNextPath(null)).toBe('/projects')
  expect(safeNextPath(['/users', '/about'])).toBe('/projects')
})

it('the way to sign-in carries the way back', () => {
  const path = '/projects?q=a b&show=mine'
  const url = new URL(signInPath(path), 'http://localhost')
  expect(safeNextPath(url.searchParams.get('next'))).toBe('/projects?q=a%20b&show=mine')
})
