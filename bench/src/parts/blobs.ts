import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { peakResidentBytes, residentBytes } from '@berth/testing/berth'
import { startNginx } from '../bare/start.ts'
import { median, pairedRatio } from '../statistics.ts'
import type { Line } from '../table.ts'
import { cpuSecondsOf } from '../world/processes.ts'
import { beginUpload, tokenFor } from '../world/registry-http.ts'
import { probeProject } from '../world/seed.ts'
import type { BenchContext, Part } from './part.ts'

const run = promisify(execFile)
const MiB = 1024 * 1024

interface Door {
  name: 'Berth' | 'nginx' | 'registry'
  url: string
  /** The process in front of the registry, if any. */
  pids: number[]
}

interface Pass {
  /** MiB per second, by door and round. */
  speeds: Record<Door['name'], number[]>
  /** Processor seconds of the process in front. */
  cpu: Record<Door['name'], number[]>
}

/** One big blob through the gateway, through nginx without buffering, and from the registry itself, in turn. */
export const blobs: Part = async ({ large, blobMiB, pace, say }) => {
  const world = await large()
  const folder = await mkdtemp(join(tmpdir(), 'berth-bench-blob-'))
  const nginx = await startNginx(world.registryUrl)
  const repository = `${probeProject}/bench/blobs`
  const doors: Door[] = [
    { name: 'Berth', url: world.url, pids: [world.pids.gateway] },
    { name: 'nginx', url: nginx.url, pids: nginx.pids },
    { name: 'registry', url: world.registryUrl, pids: [] },
  ]
  try {
    const file = join(folder, 'blob')
    const digest = await writeBlob(file, blobMiB)
    const token = await tokenFor(world, repository, 'pull,push')
    const push = (url: string) => pushFile({ url, repository, token, file, digest })
    const pull = (url: string) => pullBlob({ url, repository, token, digest, sizeBytes: blobMiB * MiB })
    // From here on the registry holds the blob: every push ends alike, and every pull is from the page cache.
    await push(world.registryUrl)
    const before = await residentBytes(world.pids.gateway)
    let pushes: Pass | undefined
    let pulls: Pass | undefined
    const rounds = Math.max(3, pace.rounds)
    const peak = await peakResidentBytes(world.pids.gateway, async () => {
      pulls = await inTurn(doors, blobMiB, rounds, pull)
      say('pulled')
      pushes = await inTurn(doors, blobMiB, rounds, push)
    })
    const size = blobMiB === 1024 ? '1 GiB' : `${blobMiB} MiB`
    return [
      ...lines(`pull of ${size}`, pulls!),
      ...lines(`push of ${size}`, pushes!),
      {
        part: 'blobs',
        what: 'gateway memory meanwhile',
        berth: `${Math.round(peak / MiB)} MiB at most`,
        note: `${Math.round((peak - before) / MiB)} MiB more than before`,
      },
    ]
  } finally {
    await nginx.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function writeBlob(path: string, sizeMiB: number): Promise<string> {
  const file = await open(path, 'w')
  const hash = createHash('sha256')
  const piece = randomBytes(MiB)
  for (let index = 0; index < sizeMiB; index++) {
    piece.writeUInt32BE(index)
    hash.update(piece)
    await file.write(piece)
  }
  await file.close()
  return `sha256:${hash.digest('hex')}`
}

/** curl with `args`; seconds the transfer took and the bytes it received. */
async function curl(status: number, args: string[]): Promise<{ seconds: number; received: number }> {
  const format = '%{http_code} %{time_total} %{size_download}'
  const { stdout } = await run('curl', ['-sS', '-o', '/dev/null', '-w', format, ...args])
  const [code, seconds, received] = stdout.split(' ').map(Number) as [number, number, number]
  if (code !== status) throw new Error(`curl ${args.at(-1)}: ${code} instead of ${status}`)
  return { seconds, received }
}

interface Transfer {
  url: string
  repository: string
  token: string
  digest: string
}

async function pullBlob({ url, repository, token, digest, sizeBytes }: Transfer & { sizeBytes: number }) {
  const address = `${url}/v2/${repository}/blobs/${digest}`
  const { seconds, received } = await curl(200, ['-H', `authorization: Bearer ${token}`, address])
  if (received !== sizeBytes) throw new Error(`${address}: ${received} bytes of ${sizeBytes}`)
  return seconds
}

/** As docker and podman push: POST, one PATCH of unknown length with everything, PUT with the digest. */
async function pushFile({ url, repository, token, file, digest }: Transfer & { file: string }) {
  const begun = performance.now()
  const address = await beginUpload(url, repository, token)
  const headers = await run('curl', [
    ...['-sS', '-o', '/dev/null', '-D', '-', '-X', 'PATCH', '-T', file],
    ...['-H', `authorization: Bearer ${token}`, '-H', 'content-type: application/octet-stream'],
    ...['-H', 'transfer-encoding: chunked', '-H', 'expect:', address.href],
  ])
  const location = /^location: *(\S+)/im.exec(headers.stdout)
  if (!/^HTTP\/1.1 202/m.test(headers.stdout) || !location)
    throw new Error(`PATCH ${address}: ${headers.stdout}`)
  const last = new URL(location[1]!, url)
  last.searchParams.set('digest', digest)
  await curl(201, ['-X', 'PUT', '-H', `authorization: Bearer ${token}`, '-H', 'content-length: 0', last.href])
  return (performance.now() - begun) / 1000
}

/** A B C A B C …: `transfer` through every door, once more than counts. */
async function inTurn(
  doors: readonly Door[],
  sizeMiB: number,
  rounds: BenchContext['pace']['rounds'],
  transfer: (url: string) => Promise<number>,
): Promise<Pass> {
  const empty = (): Pass['speeds'] => ({ Berth: [], nginx: [], registry: [] })
  const pass: Pass = { speeds: empty(), cpu: empty() }
  for (let round = -1; round < rounds; round++) {
    for (const { name, url, pids } of doors) {
      const before = await cpuSecondsOf(pids)
      const seconds = await transfer(url)
      if (round < 0) continue
      pass.speeds[name].push(sizeMiB / seconds)
      pass.cpu[name].push((await cpuSecondsOf(pids)) - before)
    }
  }
  return pass
}

function lines(what: string, { speeds, cpu }: Pass): Line[] {
  const show = (name: Door['name']) => `${median(speeds[name]).toFixed(0)} MiB/s`
  const seconds = (name: Door['name']) => `${median(cpu[name]).toFixed(2)} s`
  return [
    {
      part: 'blobs',
      what: `${what}, against nginx`,
      berth: show('Berth'),
      against: show('nginx'),
      ratio: pairedRatio(speeds.Berth, speeds.nginx),
      goal: { atLeast: 1 },
      note: `CPU ${seconds('Berth')} : ${seconds('nginx')}`,
    },
    {
      part: 'blobs',
      what: `${what}, against the bare registry`,
      berth: show('Berth'),
      against: show('registry'),
      ratio: pairedRatio(speeds.Berth, speeds.registry),
    },
  ]
}
