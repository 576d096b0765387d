import { administrator, until } from '@berth/testing/berth'
import { openFarRegistry } from './parts/far-registry.ts'
import { expect, test } from './parts/journey.ts'
import { addPolicy, addRegistry, endOfRun, startRun } from './parts/replicating.ts'
import { Samples } from './parts/samples.ts'
import { Skopeo } from './parts/skopeo.ts'

/** What somebody would call within seconds, on a machine with other work. */
const SECONDS_MS = 20_000
const ACCEPT = 'application/vnd.oci.image.manifest.v1+json'

/** As a client of registries deletes a tag or a digest, with a token for it. */
async function deleteThroughV2(url: string, repository: string, reference: string): Promise<void> {
  const basic = Buffer.from(`${administrator.username}:${administrator.password}`).toString('base64')
  const scope = encodeURIComponent(`repository:${repository}:pull,delete`)
  const asked = await fetch(`${url}/service/token?service=berth-registry&scope=${scope}`, {
    headers: { authorization: `Basic ${basic}` },
  })
  const { token } = (await asked.json()) as { token: string }
  const deleted = await fetch(`${url}/v2/${repository}/manifests/${reference}`, {
    ...{ method: 'DELETE', headers: { authorization: `Bearer ${token}` } },
  })
  expect(deleted.status, await deleted.text()).toBe(202)
}

test(
  'what is pushed, retagged and deleted is followed within seconds, in a project that came after the policy',
  {
    tag: '@once',
  },
  async ({ journey }, info) => {
    const { admin, berth } = journey
    const far = await openFarRegistry()
    const samples = await Samples.open(journey, administrator)
    const project = `soon-${Date.now()}-a`
    const repository = `${project}/app`
    /** What a tag stands for at the other registry; null: nothing. */
    const there = async (tag: string) => {
      const answer = await fetch(`${far.directUrl}/v2/${repository}/manifests/${tag}`, {
        method: 'HEAD',
        headers: { accept: ACCEPT },
      })
      return answer.status === 404 ? null : answer.headers.get('docker-content-digest')
    }
    /** Waits until a tag is what it should be there, and notes how long that took. */
    const followed = async (what: string, tag: string, digest: string | null) => {
      const began = performance.now()
      await until(`${what} is followed`, async () => (await there(tag)) === digest, SECONDS_MS)
      const seconds = ((performance.now() - began) / 1_000).toFixed(1)
      info.annotations.push({ type: 'followed', description: `${what}: ${seconds} s` })
    }
    try {
      const registry = await addRegistry(admin, { name: `far-${project}`, url: far.url })
      const policies = { dest_registry: { id: registry } }
      const follows = { ...policies, deletion: true, trigger: { type: 'event_based' } }
      await addPolicy(admin, `${project.slice(0, -1)}*/**`, { name: `follows-${project}`, ...follows })
      const byHand = await addPolicy(admin, `${project.slice(0, -1)}*/**`, {
        ...{ name: `by-hand-${project}`, dest_namespace: 'copies', dest_namespace_replace_count: 0 },
        ...policies,
      })
      await admin.call('createProject', { body: { project_name: project } })

      const one = await samples.image(`${repository}:1`)
      await followed('a push', '1', one.digest)
      const path = { project_name: project, repository_name: 'app' }
      await admin.call('createTag', { path: { ...path, reference: '1' }, body: { name: 'stable' } })
      await followed('a new tag', 'stable', one.digest)
      const two = await samples.image(`${repository}:2`)
      const moved = await new Skopeo(berth.url, administrator).push(
        `${samples.folder}/layout:sample`,
        `${repository}:stable`,
      )
      expect(moved, moved.stderr).toMatchObject({ code: 0 })
      await followed('a tag that moves', 'stable', two.digest)
      await admin.call('deleteArtifact', { path: { ...path, reference: one.digest } })
      await followed('a deletion', '1', null)
      expect(await there('stable')).toBe(two.digest)
      for (const [what, tag] of [
        ['a deletion of a tag through /v2', '3'],
        ['a deletion of a digest through /v2', '4'],
      ] as const) {
        const { digest } = await samples.image(`${repository}:${tag}`)
        await followed('a push', tag, digest)
        await deleteThroughV2(berth.url, repository, tag === '3' ? tag : digest)
        await followed(what, tag, null)
      }
      expect(await there('stable')).toBe(two.digest)

      expect(await endOfRun(admin, await startRun(admin, byHand))).toMatchObject({ status: 'Succeed' })
      const copy = await fetch(`${far.directUrl}/v2/copies/${repository}/tags/list`)
      expect(await copy.json()).toMatchObject({ tags: ['2', 'stable'] })
      await admin.call('deleteRegistry', { path: { id: registry }, query: { with_policies: true } })
    } finally {
      console.log(info.annotations.map(({ description }) => description).join(', '))
      await samples.close()
      await far.close()
    }
  },
)

test('a registry that says nothing keeps nobody else from work, and goes with its policies while they run', {
  tag: '@once',
}, async ({ journey }) => {
  const { admin } = journey
  const { project, developer } = await journey.createTeam()
  const samples = await Samples.open(journey, developer)
  const [dead, live] = await Promise.all([openFarRegistry(), openFarRegistry()])
  try {
    const image = await samples.image(`${project}/app:1`)
    // It may have as many at once as a process has places.
    const deadId = await addRegistry(admin, { name: `dead-${project}`, url: dead.url, max_transfers: 24 })
    const liveId = await addRegistry(admin, { name: `live-${project}`, url: live.url })
    dead.pace = 0
    const hanging = await Promise.all(
      Array.from({ length: 24 }, async (_, number) => {
        const id = await addPolicy(admin, `${project}/*`, {
          ...{ name: `hangs-${number}-${project}`, dest_registry: { id: deadId } },
        })
        return { id, run: await startRun(admin, id) }
      }),
    )
    await until('it is asked', async () => dead.waiting() > 0)
    const goes = await addPolicy(admin, `${project}/*`, {
      ...{ name: `goes-${project}`, dest_registry: { id: liveId } },
    })
    expect(await endOfRun(admin, await startRun(admin, goes), SECONDS_MS)).toMatchObject({
      status: 'Succeed',
    })
    const arrived = await fetch(`${live.directUrl}/v2/${project}/app/manifests/1`, {
      headers: { accept: ACCEPT },
    })
    expect(arrived.headers.get('docker-content-digest')).toBe(image.digest)
    expect(dead.waiting()).toBeGreaterThan(0)

    const first = hanging[0]!
    await admin.call('deleteReplicationPolicy', { path: { id: first.id } })
    await expect(admin.call('getReplicationExecution', { path: { id: first.run } })).rejects.toMatchObject({
      status: 404,
    })
    await expect(admin.call('deleteRegistry', { path: { id: deadId } })).rejects.toMatchObject({
      status: 412,
    })
    await admin.call('deleteRegistry', { path: { id: deadId }, query: { with_policies: true } })
    const { data: left } = await admin.call('listReplicationPolicies', { query: { name: 'hangs-' } })
    expect(left).toEqual([])
    await until('nobody asks it any more', async () => dead.waiting() === 0, SECONDS_MS)
    await admin.call('deleteRegistry', { path: { id: liveId }, query: { with_policies: true } })
  } finally {
    await samples.close()
    await Promise.all([dead.close(), live.close()])
  }
})
