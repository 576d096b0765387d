import { afterAll, beforeAll, describe, it } from 'vitest'
import { createRegistryClient } from '../client.ts'
import { type ConformanceTarget, conformanceCases } from '../conformance.ts'
import { type FakeRegistry, type FakeRegistryOptions, startFakeRegistry } from './index.ts'

const users = { robot: 'pa:ss wörd' }
const credentials = { username: 'robot', password: 'pa:ss wörd' }

const variants: { name: string; options: FakeRegistryOptions; signIn: boolean }[] = [
  { name: 'open, OCI 1.1', options: {}, signIn: false },
  { name: 'open, before the referrers API', options: { referrers: false }, signIn: false },
  { name: 'with token sign-in', options: { auth: { users } }, signIn: true },
  { name: 'with basic sign-in', options: { auth: { users, scheme: 'basic' } }, signIn: true },
]

describe.each(variants)('the fake registry, $name', ({ options, signIn }) => {
  let fake: FakeRegistry
  let target: ConformanceTarget

  beforeAll(async () => {
    fake = await startFakeRegistry(options)
    const client = createRegistryClient({ baseUrl: fake.url, credentials: signIn ? credentials : undefined })
    target = { client, capabilities: { tagPages: true, referrersApi: options.referrers !== false } }
  })
  afterAll(() => fake.close())

  it.each(conformanceCases)('$guarantee', ({ run }) => run(target))
})
