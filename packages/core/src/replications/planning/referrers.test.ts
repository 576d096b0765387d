import { createRegistryClient, digestOf, parseRepositoryName } from '@berth/registry-client'
import { type FakeRegistry, startFakeRegistry } from '@berth/registry-client/fake'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { remoteSite, withOrigin } from '../sites/index.ts'
import { planRepository } from './plan-repository.ts'

const repository = parseRepositoryName('library/app')
const TAGS = 5
const config = Buffer.from('{}')
const mediaType = 'application/vnd.oci.image.manifest.v1+json'
const imageOf = (n: number) => {
  const described = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest: digestOf(config),
    size: 2,
  }
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: described,
      layers: [],
      annotations: { n: `${n}` },
    }),
  )
}

let registries: FakeRegistry[]
beforeAll(async () => {
  registries = await Promise.all([1, 2].map(() => startFakeRegistry({ referrers: false })))
  for (const { url } of registries) {
    const client = createRegistryClient({ baseUrl: url })
    await client.uploadBlob(repository, digestOf(config), config)
    for (let n = 0; n < TAGS; n++)
      await client.putManifest(repository, `v${n}` as never, { bytes: imageOf(n), mediaType })
  }
})
afterAll(() => Promise.all(registries.map((registry) => registry.close())))

it('what a registry without the referrers API need not be asked counts as no answer of it', async () => {
  const [source, target] = registries.map(({ url }, n) =>
    remoteSite({ key: n + 1, client: createRegistryClient({ baseUrl: url }) }),
  )
  let answers = 0
  const from = withOrigin(source!, () => answers++)
  const asking = { mayAsk: () => true }
  const asked = async () => {
    answers = 0
    registries[0]!.state.requests.length = 0
    const plan = await planRepository({ from, to: target!, source: repository, target: repository, asking })
    expect(plan).toMatchObject({ copies: [], inStep: TAGS })
    return { requests: registries[0]!.state.requests.length, answers }
  }
  // A list, a HEAD for each tag, and the question whether it has the API.
  expect(await asked()).toEqual({ requests: TAGS + 2, answers: TAGS + 2 })
  expect(await asked()).toEqual({ requests: TAGS + 1, answers: TAGS + 1 })
})
