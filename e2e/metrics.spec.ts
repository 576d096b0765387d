import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { administrator, repositoryRoot, until } from '@berth/testing/berth'
import { idOf } from './parts/api-client.ts'
import { expect, test } from './parts/journey.ts'
import { Skopeo } from './parts/skopeo.ts'

const named = (text: string) =>
  new Set(
    [...text.matchAll(/\b(berth|process|nodejs)_[a-z_]+/g)].map(([name]) =>
      name.replace(/_(bucket|sum|count)$/, ''),
    ),
  )

test('everything that the dashboard and the alerts ask for is told by a Berth that works, apart from its open port', async ({
  journey,
}) => {
  const { berth, image, admin } = journey
  const team = await journey.createTeam()
  const skopeo = new Skopeo(berth.url, team.developer)
  const name = `${team.project}/measured`
  const push = await skopeo.push(`${image.layout.folder}:latest`, `${name}:1`)
  expect(push, push.stderr).toMatchObject({ code: 0 })
  await fetch(`${berth.url}/sign-in`)
  // Replications are counted once there was one: here from this Berth to itself.
  const credential = {
    type: 'basic',
    access_key: administrator.username,
    access_secret: administrator.password,
  }
  const registry = await admin.call('createRegistry', {
    body: { name: `far-${team.project}`, type: 'docker-registry', url: berth.url, credential },
  })
  const policy = await admin.call('createReplicationPolicy', {
    body: {
      name: `copies-${team.project}`,
      enabled: true,
      dest_registry: { id: idOf(registry) },
      dest_namespace: `${team.project}/copies`,
      filters: [{ type: 'name', value: name }],
    },
  })
  await admin.call('startReplication', { body: { policy_id: idOf(policy) } })
  // What waits is told for every place that the log is forwarded to; nobody listens at this one.
  await admin.call('createAuditDestination', {
    body: { name: 'nobody', kind: 'syslog', address: '127.0.0.1:9' },
  })

  const read = async (path: string) => readFile(join(repositoryRoot, 'deploy', path), 'utf8')
  const wanted = new Set([
    ...named(await read('grafana/berth.json')),
    ...named(await read('prometheus/alerts.yml')),
  ])
  expect(wanted.size).toBeGreaterThan(30)
  const scrape = async () => {
    const texts = await Promise.all(
      [0, 1, 2].map(async (part) =>
        (await fetch(`http://127.0.0.1:${berth.metricsPort! + part}/metrics`)).text(),
      ),
    )
    return texts
      .join('')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
  }
  let missing: string[] = []
  // Jobs that run every few seconds have run then.
  await until(
    'every metric has a value',
    async () => {
      const told = named((await scrape()).map((line) => line.split(/[{ ]/, 1)[0]).join('\n'))
      missing = [...wanted].filter((metric) => !told.has(metric))
      return missing.length === 0
    },
    30_000,
  ).catch(() => {})
  expect(missing).toEqual([])
  expect((await scrape()).join('\n')).not.toContain(team.project)
  for (const { id } of (await admin.call('listAuditDestinations')).data)
    await admin.call('deleteAuditDestination', { path: { audit_destination_id: id! } })

  expect((await fetch(`${berth.url}/metrics`)).headers.get('content-type') ?? '').not.toContain(
    'version=0.0.4',
  )
})
