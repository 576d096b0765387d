import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { signIn } from './sign-in.ts'

// next-auth as it answers in 4.24: to a token that does not fit its cookie with its own page, and no reason.
const answers: string[] = []
const posted: string[] = []
beforeEach(() => {
  answers.length = 0
  posted.length = 0
  let tokens = 0
  vi.stubGlobal('window', { location: { origin: 'https://berth.example.com' } })
  vi.stubGlobal('fetch', async (path: string, init?: { body: URLSearchParams }) => {
    if (!init) return Response.json({ csrfToken: `token-${++tokens}` })
    posted.push(`${path} ${init.body.get('csrfToken')}`)
    return Response.json({ url: answers.shift() })
  })
})
afterEach(() => vi.unstubAllGlobals())

const NOT_FITTING = 'https://berth.example.com/api/auth/signin?csrf=true'
const address = '/api/auth/callback/credentials'

test('a token that does not fit its cookie is asked for anew, and is no sign-in', async () => {
  answers.push(NOT_FITTING, 'https://berth.example.com/sign-in?error=SECOND_FACTOR')
  expect(await signIn('jane', 'secret', '')).toBe('second-factor')
  expect(posted).toEqual([`${address} token-1`, `${address} token-2`])
})

test('where no token ever fits somebody is told, and not led on as nobody', async () => {
  answers.push(NOT_FITTING, NOT_FITTING)
  expect(await signIn('jane', 'secret', '')).toBe('failed')
})

test('an address without a reason is a sign-in', async () => {
  answers.push('https://berth.example.com/')
  expect(await signIn('jane', 'secret', '')).toBe('signed-in')
})
