import { describe, expect, it } from 'vitest'
import { created, linkHeader, page } from './replies.ts'

const url = { path: '/api/v2.0/projects', search: 'q=name%3D~a&page=2&page_size=10' }

describe('Link', () => {
  it('gives the previous page before the next, beneath the path that was asked', () => {
    expect(linkHeader(url, 2, 10, 35)).toBe(
      '</api/v2.0/projects?q=name%3D%7Ea&page=1&page_size=10>; rel="prev" , ' +
        '</api/v2.0/projects?q=name%3D%7Ea&page=3&page_size=10>; rel="next"',
    )
  })
  it('is missing on the only page and when everything was asked for', () => {
    expect(linkHeader(url, 1, 10, 10)).toBe('')
    expect(linkHeader(url, 1, 0, 500)).toBe('')
  })
  it('leads on where everything was asked for and is too much for one answer', () => {
    expect(linkHeader(url, 1, 0, 5_000, 1_000)).toBe(
      '</api/v2.0/projects?q=name%3D%7Ea&page=11&page_size=100>; rel="next"',
    )
    expect(linkHeader(url, 1, 0, 1_000, 1_000)).toBe('')
    const cut = { items: Array.from({ length: 200 }, (_, n) => n), total: 300 }
    const { headers } = page({ url }, { page: 1, pageSize: 0 }, cut, String)
    expect(headers?.link).toMatch(/page=3&page_size=100>; rel="next"$/)
  })
  it('cannot be broken out of by the query', () => {
    const hostile = { path: '/api/v2.0/projects', search: 'q=%0d%0aSet-Cookie%3a%20a%3Db%3E%3B' }
    expect(linkHeader(hostile, 1, 10, 20)).toMatch(/^[\x20-\x7e]+$/)
    expect(linkHeader(hostile, 1, 10, 20).match(/>/g)).toHaveLength(1)
  })
})

it('points Location beneath the request’s path', () => {
  expect(created({ url: { path: '/api/v2.0/users/', search: '' } }, 7).headers).toEqual({
    location: '/api/v2.0/users/7',
  })
})
