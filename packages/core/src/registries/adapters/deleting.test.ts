import { createRegistryClient, parseReference, parseRepositoryName } from '@berth/registry-client'
import { expect, it } from 'vitest'
import { playBack } from '../exchange.fixture.ts'
import { adapterOf } from './index.ts'

// Written after Quay's source (endpoints/v2/v2auth.py: any other action than pull, push and * is refused as invalid), after
// what Google's own tools ask its registries for, and after what distribution and GitLab document.
it.each([
  ['quay', 'https://quay.io', 'https://quay.io/v2/auth', 'pull,push'],
  ['google-gcr', 'https://gcr.io', 'https://gcr.io/v2/token', 'pull,push'],
  ['gitlab', 'https://registry.gitlab.com', 'https://gitlab.com/jwt/auth', 'delete'],
  ['docker-registry', 'https://registry.example.com', 'https://auth.example.com/token', 'delete'],
] as const)('%s deletes with a token for what it calls a deletion', async (type, url, realm, actions) => {
  const digest = `sha256:${'a'.repeat(64)}`
  const ask = `DELETE ${url}/v2/team/app/manifests/${digest}`
  const token = new URL(realm)
  token.searchParams.set('service', 'here')
  token.searchParams.set('scope', `repository:team/app:${actions}`)
  token.searchParams.set('account', 'ann')
  const { fetch, rest } = playBack([
    {
      ask,
      status: 401,
      answer: { headers: { 'www-authenticate': `Bearer realm="${realm}",service="here"` } },
    },
    { ask: `GET ${token}`, status: 200, answer: { body: { token: 'T' } } },
    { ask, headers: { authorization: 'Bearer T' }, status: 202 },
  ])
  const tools = { fetch, nowMs: () => 0 }
  const connection = await adapterOf(type).connect({ url, accessKey: 'ann', accessSecret: 'x' }, tools)
  const client = createRegistryClient({ ...connection, ...tools })
  await client.deleteManifest(parseRepositoryName('team/app'), parseReference(digest))
  expect(rest()).toBe(0)
})
