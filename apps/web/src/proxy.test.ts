import { NextRequest } from 'next/server'
import { describe, expect, it } from 'vitest'
import { proxy } from './proxy.ts'

const ask = (path: string, headers?: HeadersInit) =>
  proxy(new NextRequest(`http://berth.test${path}`, { headers }))
const policyOf = (path: string): Record<string, string[]> => {
  const text = ask(path).headers.get('content-security-policy') ?? ''
  return Object.fromEntries(text.split('; ').map((part) => [part.split(' ')[0]!, part.split(' ').slice(1)]))
}

describe('every page', () => {
  it('is framed by nobody, posts nowhere else and loads nothing from elsewhere', () => {
    expect(policyOf('/projects')).toMatchObject({
      'default-src': ["'self'"],
      'frame-ancestors': ["'none'"],
      'base-uri': ["'none'"],
      'object-src': ["'none'"],
      'form-action': ["'self'"],
    })
  })

  it('runs the scripts that carry its nonce, a new one each time, and none that were smuggled in', () => {
    const scripts = ['/projects', '/projects'].map((path) => policyOf(path)['script-src'] ?? [])
    const nonces = scripts.map((sources) => sources.find((source) => source.startsWith("'nonce-")))
    expect(nonces[0]).toMatch(/^'nonce-[\w+/=]{40,}'$/)
    expect(nonces[0]).not.toBe(nonces[1])
    expect(scripts.flat()).not.toContain("'unsafe-inline'")
    expect(scripts.flat()).not.toContain("'unsafe-eval'")
  })
})

it('a page about the person leads to sign-in without a session, and back to itself and nowhere else', () => {
  for (const path of ['/profile', '/users/1', '/audit-log?q=a', '/notices']) {
    const { status, headers } = ask(path)
    expect([status, new URL(headers.get('location')!).pathname]).toEqual([307, '/sign-in'])
    expect(new URL(headers.get('location')!).searchParams.get('next')).toBe(path)
    expect(ask(path, { cookie: 'sid=x' }).headers.get('location')).toBeNull()
  }
  expect(ask('/usersx').headers.get('location')).toBeNull()
})
