import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import { FairQueue } from './fair-queue.ts'

// OWASP's minimum for argon2id: about 30 ms and 19 MiB each.
const MEMORY_KIB = 19_456
const PASSES = 2
const LANES = 1
const HASH_BYTES = 32

const derive = promisify((parameters: Argon2Parameters, done: (error: Error | null, key: Buffer) => void) =>
  argon2('argon2id', parameters, done),
)

// One queue per process: the limit is the machine's, not one database's. libuv has four threads for this by default,
// and file access and name lookups need some of them too.
const queue = new FairQueue(Math.max(1, Math.min(3, availableParallelism())), 300)

const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')

/** argon2id in PHC string form. `party` takes turns with others while the machine is busy. */
export async function hashPassword(password: string, party = ''): Promise<string> {
  const nonce = randomBytes(16)
  const key = await queue.run(party, () =>
    derive({
      message: password,
      nonce,
      parallelism: LANES,
      tagLength: HASH_BYTES,
      memory: MEMORY_KIB,
      passes: PASSES,
    }),
  )
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${unpadded(nonce)}$${unpadded(key)}`
}

const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,86})$/

/** Verifies with the parameters the hash was made with. False for text that is no argon2id hash. */
export async function verifyPassword(hash: string, password: string, party = ''): Promise<boolean> {
  const match = PHC.exec(hash)
  if (!match) return false
  const [, memory, passes, lanes, nonce, expected] = match as unknown as [string, ...string[]]
  const wanted = Buffer.from(expected!, 'base64')
  const key = await queue.run(party, () =>
    derive({
      message: password,
      nonce: Buffer.from(nonce!, 'base64'),
      parallelism: Number(lanes),
      tagLength: wanted.length,
      memory: Number(memory),
      passes: Number(passes),
    }),
  )
  return timingSafeEqual(key, wanted)
}

/** A hash that no password has, of the same cost: what is verified when there is no such person. */
export const DUMMY_HASH = `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${unpadded(randomBytes(16))}$${unpadded(randomBytes(HASH_BYTES))}`
