import { argon2Sync } from 'node:crypto'

const nonce = Buffer.alloc(16, 'salt')
const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')

/** argon2id as cheap as it can be: what real hashes cost is proved where they are made, and paid by no other test. */
export function cheapHash(password: string): string {
  const cost = { memory: 8, passes: 1, parallelism: 1, tagLength: 32 }
  const key = argon2Sync('argon2id', { message: password, nonce, ...cost })
  return `$argon2id$v=19$m=8,t=1,p=1$${base64(nonce)}$${base64(key)}`
}
