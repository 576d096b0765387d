import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { SYSTEM } from '../authorization/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { createUser } from '../users/index.ts'

/** For tests of sign-in: a person for each test, and two nodes on which the waits of the throttle can be held. */

export const PASSWORD = 'Passw0rd'

interface Database {
  url: string
  db: Core['db']
  drop(): Promise<void>
}

export let database: Database
let clockMs = Date.now()
/** What was waited for since the test began; nothing in fact, unless waits are held. */
export let waitedMs: number[] = []
export let held = false
export const waiting: (() => void)[] = []
/** Two nodes over one database: what one of them changes, the other one must notice. */
export let here: Core
export let there: Core
export let id: number
let count = 0
export let username: string

/** From now on nobody's turn comes. */
export const hold = (): void => {
  held = true
}
/** Everybody's turn has come. */
export const release = (): void => {
  held = false
  for (const resolve of waiting.splice(0)) resolve()
}
/** Time goes on. */
export const pass = (ms: number): void => {
  clockMs += ms
}
/** A name that nobody has yet. */
export const newName = (): string => `${username}-other-${++count}`
export const refused = expect.objectContaining({ code: 'UNAUTHORIZED' })

const openCore = () =>
  createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
    poolSize: 2,
    now: () => clockMs,
    wait: (ms) => {
      waitedMs.push(ms)
      return held ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()
    },
  })

export function prepareSignIns(testDatabase: () => Promise<Database>): void {
  beforeAll(async () => {
    database = await testDatabase()
  })
  beforeEach(async () => {
    waitedMs = []
    held = false
    here = openCore()
    there = openCore()
    username = `person-${++count}`
    id = await createUser(here, SYSTEM, { username, password: PASSWORD })
  })
  afterEach(() => Promise.all([here.close(), there.close()]))
  afterAll(() => database.drop())
}
