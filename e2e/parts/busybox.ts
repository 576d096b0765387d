import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { type Descriptor, mediaTypes, OciLayout } from './oci-layout.ts'

const run = promisify(execFile)

/** Downloads Debian's busybox-static for one architecture and gives the path of the program. */
async function fetchBusybox(architecture: string, folder: string): Promise<string> {
  await mkdir(join(folder, 'lists/partial'), { recursive: true })
  await mkdir(join(folder, 'cache/archives/partial'), { recursive: true })
  await writeFile(join(folder, 'status'), '')
  // A package list of its own: the machine's own architecture and packages stay as they are.
  const options = [
    `APT::Architecture=${architecture}`,
    `APT::Architectures::=${architecture}`,
    `Dir::State::lists=${folder}/lists`,
    `Dir::Cache=${folder}/cache`,
    `Dir::State::status=${folder}/status`,
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option])
  await run('apt-get', ['-qq', ...options, 'update'], { cwd: folder })
  await run('apt-get', ['-qq', ...options, 'download', 'busybox-static'], { cwd: folder })
  const deb = (await readdir(folder)).find((name) => name.endsWith('.deb'))
  if (!deb) throw new Error(`apt-get gave no busybox-static for ${architecture}`)
  await run('dpkg-deb', ['-x', deb, 'unpacked'], { cwd: folder })
  return join(folder, 'unpacked/bin/busybox')
}

const applets = ['sh', 'ls', 'cat', 'echo', 'uname', 'sleep', 'env', 'wget']

/** One runnable platform: busybox with a few links, and a second layer with a file of its own. */
async function addPlatform(layout: OciLayout, architecture: string, work: string): Promise<Descriptor> {
  const program = await fetchBusybox(architecture, join(work, `apt-${architecture}`))
  const root = join(work, `root-${architecture}`)
  await mkdir(join(root, 'bin'), { recursive: true })
  await copyFile(program, join(root, 'bin/busybox'))
  for (const applet of applets) await symlink('busybox', join(root, 'bin', applet))
  const motd = join(work, `motd-${architecture}`)
  await mkdir(join(motd, 'etc'), { recursive: true })
  await writeFile(join(motd, 'etc/motd'), `busybox for ${architecture}\n`)
  const layers: Descriptor[] = []
  const diffIds: string[] = []
  for (const folder of [root, motd]) {
    const file = `${folder}.tar.gz`
    // The same bytes each time: sorted names, no times, no owner.
    const { stdout } = await run(
      'tar',
      ['-C', folder, '--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '-c', '.'],
      { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 },
    )
    await writeFile(file, stdout)
    const { stdout: packed } = await run('gzip', ['-n', '-c', file], {
      encoding: 'buffer',
      maxBuffer: 64 * 1024 * 1024,
    })
    diffIds.push(`sha256:${createHash('sha256').update(gunzipSync(packed)).digest('hex')}`)
    layers.push(await layout.put(mediaTypes.layer, packed))
  }
  const config = await layout.put(mediaTypes.config, {
    created: '2026-01-02T03:04:05Z',
    author: 'Berth test suite',
    architecture,
    os: 'linux',
    config: {
      Cmd: ['/bin/sh'],
      Env: ['PATH=/bin'],
      ExposedPorts: { '8080/tcp': {} },
      Labels: { purpose: 'journey' },
    },
    rootfs: { type: 'layers', diff_ids: diffIds },
    history: [
      { created: '2026-01-02T03:04:05Z', created_by: 'COPY busybox /bin # shell' },
      { created: '2026-01-02T03:04:05Z', created_by: 'ENV PATH=/bin', empty_layer: true },
      { created: '2026-01-02T03:04:05Z', created_by: 'COPY motd /etc/motd' },
    ],
  })
  const manifest = await layout.putManifest(config, layers)
  return { ...manifest, platform: { os: 'linux', architecture } }
}

export interface BusyboxImage {
  layout: OciLayout
  index: Descriptor
  platforms: Descriptor[]
  remove(): Promise<void>
}

/** A runnable image for linux/amd64 and linux/arm64 as an OCI index, tagged `latest` in a layout folder. */
export async function buildBusyboxImage(): Promise<BusyboxImage> {
  const work = await mkdtemp(join(tmpdir(), 'berth-busybox-'))
  const remove = () => rm(work, { recursive: true, force: true })
  try {
    const layout = new OciLayout(join(work, 'layout'))
    const platforms = [await addPlatform(layout, 'amd64', work), await addPlatform(layout, 'arm64', work)]
    const index = await layout.put(mediaTypes.index, {
      schemaVersion: 2,
      mediaType: mediaTypes.index,
      manifests: platforms,
      annotations: { 'org.opencontainers.image.title': 'busybox' },
    })
    await layout.finish({ latest: index })
    return { layout, index, platforms, remove }
  } catch (error) {
    await remove()
    throw error
  }
}
