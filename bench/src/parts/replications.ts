import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { startRegistry, type TestRegistry } from '@berth/testing'
import { administrator, type Memory, peakMemory, pidOf, until } from '@berth/testing/berth'
import { median, pairedRatio } from '../statistics.ts'
import type { Line } from '../table.ts'
import { cpuSecondsOf } from '../world/processes.ts'
import { tokenFor } from '../world/registry-http.ts'
import { expectImages, type ImageSet, pushImages } from '../world/shared-images.ts'
import { openWorld, type World } from '../world/world.ts'
import type { Part } from './part.ts'

const run = promisify(execFile)
// Of a machine that has much else to do.
const LIMIT_MS = 10 * 60_000
const MiB = 1024 * 1024
const set: ImageSet = { repositories: 10, tagsEach: 20 }
const tags = set.repositories * set.tagsEach

const ways = ['pull', 'push'] as const
type Way = (typeof ways)[number]
/** Seconds, of each round. */
interface Times {
  berth: number[]
  skopeo: number[]
  /** Processor time of the jobs. */
  berthCpu: number[]
}

/**
 * 200 tags with shared layers from a plain registry into Berth and from Berth to another plain registry, each time with
 * content that nobody has seen before and once more with nothing new: by a policy of Berth, started and waited for as a
 * client does, and by `skopeo sync`, in turn. What came with a pull is what the push brings on.
 */
export const replications: Part = async ({ pace, say, soFar }) => {
  const world = await openWorld()
  const registries: TestRegistry[] = []
  const home = await mkdtemp(join(tmpdir(), 'berth-bench-skopeo-'))
  const open = async () => {
    registries.push(await startRegistry())
    return registries.at(-1)!
  }
  try {
    const [source, target, skopeoTarget] = [await open(), await open(), await open()]
    const jobs = await pidOf(world.berth.dataDir, 'jobs')
    const ends = {
      source: await addRegistry(world, 'source', source.url),
      target: await addRegistry(world, 'target', target.url),
    }
    const times = new Map<string, Times>()
    let bytes = 0
    let peak: Memory = { residentBytes: 0, ownBytes: 0 }
    const note = async (what: string, berth: () => Promise<Spent>, skopeo: () => Promise<number>) => {
      const of = times.get(what) ?? { berth: [], skopeo: [], berthCpu: [] }
      times.set(what, of)
      let ours: Spent = { seconds: Number.NaN, cpu: Number.NaN }
      const work = async () => {
        ours = await berth()
      }
      const { residentBytes, ownBytes } = await peakMemory(jobs, work)
      peak = {
        residentBytes: Math.max(peak.residentBytes, residentBytes),
        ownBytes: Math.max(peak.ownBytes, ownBytes),
      }
      const theirs = await skopeo()
      of.berth.push(ours.seconds)
      of.berthCpu.push(ours.cpu)
      of.skopeo.push(theirs)
      say(`${what}: ${ours.seconds.toFixed(2)} s, skopeo ${theirs.toFixed(2)} s`)
    }
    const rounds = Math.max(2, pace.rounds)
    for (let round = 0; round < rounds; round++) {
      const [ours, theirs] = [`berth-${round}`, `skopeo-${round}`]
      const images = {
        ours: await pushImages(source.url, ours, set),
        theirs: await pushImages(source.url, theirs, set),
      }
      bytes = images.ours.bytes
      await world.api.call('createProject', { body: { project_name: theirs } })
      const policies = {
        pull: await addPolicy(world, {
          name: `pull-${round}`,
          src_registry: { id: ends.source },
          from: ours,
        }),
        push: await addPolicy(world, {
          name: `push-${round}`,
          dest_registry: { id: ends.target },
          from: ours,
        }),
      }
      const from: Record<Way, string> = { pull: source.url, push: world.url }
      const to: Record<Way, string> = { pull: world.url, push: skopeoTarget.url }
      const arrived = async (way: Way) => {
        const token = way === 'pull' ? (name: string) => tokenFor(world, name, 'pull') : undefined
        await expectImages(way === 'pull' ? world.url : target.url, ours, images.ours, token)
        await expectImages(to[way], theirs, images.theirs, token)
      }
      for (const way of ways)
        for (const state of ['from empty', 'nothing changed'] as const) {
          const copies = state === 'from empty' ? tags : 0
          await note(
            `${way}, ${state}`,
            () => replicate(world, policies[way], jobs, copies),
            () => sync(home, from[way], to[way], theirs),
          )
          await arrived(way)
        }
      await soFar(linesOf(times, bytes, peak))
    }
    return linesOf(times, bytes, peak)
  } finally {
    await Promise.all(registries.map((registry) => registry.stop()))
    await world.berth.stop()
    await rm(home, { recursive: true, force: true })
  }
}

interface Spent {
  seconds: number
  cpu: number
}

async function addRegistry({ api }: World, name: string, url: string): Promise<number> {
  await api.call('createRegistry', { body: { name, url, type: 'docker-registry' } })
  const { data } = await api.call('listRegistries', { query: { name } })
  return data.find((registry) => registry.name === name)!.id!
}

async function addPolicy(
  { api }: World,
  {
    name,
    from,
    ...ends
  }: { name: string; from: string; src_registry?: { id: number }; dest_registry?: { id: number } },
): Promise<number> {
  const filters = [{ type: 'name', value: `${from}/**` }]
  const trigger = { type: 'manual' }
  const body = { name, filters, trigger, ...ends, enabled: true, override: true }
  await api.call('createReplicationPolicy', { body: { ...body, dest_namespace_replace_count: 0 } })
  const { data } = await api.call('listReplicationPolicies', { query: { name } })
  return data.find((policy) => policy.name === name)!.id!
}

/**
 * From the start of a policy until its end, which must tell of so many copies, and that all else was in step. The end is the
 * one that Berth tells: asked for ten times a second, it is seen up to a tenth late, which is much of half a second, and
 * asking more often would take from what is measured.
 */
async function replicate({ api }: World, policy_id: number, jobs: number, copies: number): Promise<Spent> {
  const before = await cpuSecondsOf([jobs])
  const begun = performance.now()
  const begunAt = Date.now()
  await api.call('startReplication', { body: { policy_id } })
  const ended = await until(
    'the replication ends',
    async () => {
      // Whoever waits for minutes need not ask ten times a second.
      if (performance.now() - begun > 5_000) await delay(400)
      const { data } = await api.call('listReplicationExecutions', { query: { policy_id, page_size: 1 } })
      return data[0]?.status !== 'InProgress' && data[0]
    },
    LIMIT_MS,
  )
  const { status, succeed, total, in_step, end_time } = ended
  const seconds = (Date.parse(end_time!) - begunAt) / 1000
  if (status !== 'Succeed' || succeed !== copies || total !== copies || in_step !== tags - copies)
    throw new Error(`not what was to be measured: ${JSON.stringify(ended)}`)
  return { seconds, cpu: (await cpuSecondsOf([jobs])) - before }
}

async function sync(home: string, from: string, to: string, namespace: string): Promise<number> {
  const [source, target] = [new URL(from).host, new URL(to).host]
  const images = Array.from({ length: set.repositories }, (_, n) => [`${namespace}/app${n}`, []])
  const { username, password } = administrator
  const list = join(home, 'list.yaml')
  // JSON is YAML.
  await writeFile(
    list,
    JSON.stringify({
      [source]: {
        'tls-verify': false,
        credentials: { username, password },
        images: Object.fromEntries(images),
      },
    }),
  )
  const args = ['--insecure-policy', 'sync', '--src', 'yaml', '--dest', 'docker', '--dest-tls-verify=false']
  const creds = ['--dest-creds', `${username}:${password}`]
  // What skopeo remembers of registries is its own, and stays from run to run.
  const env = { ...process.env, HOME: home, XDG_RUNTIME_DIR: home, XDG_DATA_HOME: home }
  const begun = performance.now()
  await run('skopeo', [...args, ...creds, list, `${target}/${namespace}`], { env, maxBuffer: 64 * MiB })
  return (performance.now() - begun) / 1000
}

const linesOf = (times: ReadonlyMap<string, Times>, bytes: number, peak: Memory): Line[] => [
  ...[...times].map(([what, of]) => lineOf(what, of, bytes)),
  {
    part: 'replications',
    what: 'jobs meanwhile',
    berth: `${Math.round(peak.ownBytes / MiB)} MiB of their own at most`,
    note: `${Math.round(peak.residentBytes / MiB)} MiB with the pages of programs and libraries`,
  },
]

function lineOf(what: string, { berth, skopeo, berthCpu }: Times, bytes: number): Line {
  const show = (seconds: number[]) => `${median(seconds).toFixed(2)} s`
  const size = what.endsWith('empty') ? `${Math.round(bytes / MiB)} MiB; ` : ''
  return {
    part: 'replications',
    what: `${tags} tags, ${what}`,
    berth: show(berth),
    against: show(skopeo),
    // How many times faster.
    ratio: pairedRatio(skopeo, berth),
    goal: { atLeast: what.endsWith('empty') ? 2 : 5 },
    note: `${size}CPU of the jobs ${show(berthCpu)}`,
  }
}
