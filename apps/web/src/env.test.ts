import { createHash } from 'node:crypto'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

const KEY = 'a secret key of thirty-two characters'

beforeEach(() => {
  vi.stubEnv('BERTH_EXTERNAL_URL', 'https://berth.test')
  vi.stubEnv('DATABASE_URL', 'postgresql://berth:berth@127.0.0.1:1/berth')
  vi.stubEnv('REGISTRY_URL', 'http://127.0.0.1:1')
  vi.stubEnv('NEXTAUTH_URL', undefined)
  vi.stubEnv('NEXTAUTH_SECRET', undefined)
})
afterEach(() => vi.unstubAllEnvs())

/** What next-auth gets from a process that starts with this key. */
async function nextAuthSecretFor(key: string): Promise<string> {
  vi.stubEnv('BERTH_SECRET_KEY', key)
  vi.resetModules()
  const { env } = await import('./env.ts')
  env()
  return process.env.NEXTAUTH_SECRET!
}

it('gives next-auth a key of its own, from which the key of the installation cannot be tried out', async () => {
  const secret = await nextAuthSecretFor(KEY)
  expect(secret.length).toBeGreaterThanOrEqual(32)
  // Visitors get hashes over it: none of the things somebody would try.
  expect([KEY, createHash('sha256').update(KEY).digest('hex')]).not.toContain(secret)
  expect(secret).not.toContain(KEY)
  // The same on every node of one Berth, another one elsewhere.
  expect(await nextAuthSecretFor(KEY)).toBe(secret)
  expect(await nextAuthSecretFor(`${KEY}!`)).not.toBe(secret)
})
