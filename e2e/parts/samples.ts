import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, type Journey } from './journey.ts'
import { type Descriptor, mediaTypes, OciLayout } from './oci-layout.ts'
import { type Credentials, Skopeo } from './skopeo.ts'

const run = promisify(execFile)

const chartFiles = {
  'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\n',
  'values.yaml': 'replicas: 2\nimage: web\n',
  'README.md':
    '# Web\n\nServes the site. See [docs](https://example.com/docs).\n\n<script>alert(1)</script>\n',
}

/** Small things to push: images that differ by one file, a Helm chart, and what tools attach to an image. */
export class Samples {
  private readonly journey: Journey
  private readonly who: Credentials
  private readonly layout: OciLayout
  readonly folder: string

  private constructor(journey: Journey, who: Credentials, folder: string) {
    this.journey = journey
    this.who = who
    this.folder = folder
    this.layout = new OciLayout(join(folder, 'layout'))
  }

  static async open(journey: Journey, who: Credentials): Promise<Samples> {
    return new Samples(journey, who, await mkdtemp(join(tmpdir(), 'berth-samples-')))
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true })
  }

  private async push(manifest: Descriptor, name: string): Promise<Descriptor> {
    await this.layout.finish({ sample: manifest })
    const pushed = await new Skopeo(this.journey.berth.url, this.who).push(
      `${this.layout.folder}:sample`,
      name,
    )
    expect(pushed, pushed.stderr).toMatchObject({ code: 0 })
    return manifest
  }

  /** `name`: `project/repository:tag`; another name is another image. */
  async image(name: string): Promise<Descriptor> {
    const config = await this.layout.put(mediaTypes.config, {
      architecture: 'amd64',
      os: 'linux',
      config: { Labels: { name } },
      rootfs: { type: 'layers', diff_ids: [] },
    })
    return this.push(await this.layout.putManifest(config, []), name)
  }

  async chart(name: string): Promise<Descriptor> {
    const root = join(this.folder, 'chart')
    await mkdir(join(root, 'web'), { recursive: true })
    for (const [file, text] of Object.entries(chartFiles)) await writeFile(join(root, 'web', file), text)
    const archive = join(this.folder, 'web-1.2.3.tgz')
    await run('tar', ['-C', root, '-czf', archive, 'web'])
    const config = await this.layout.put('application/vnd.cncf.helm.config.v1+json', {
      apiVersion: 'v2',
      name: 'web',
      version: '1.2.3',
      dependencies: [{ name: 'db', version: '~1.0', repository: 'oci://charts.example.com' }],
    })
    const content = await this.layout.put(
      'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
      await readFile(archive),
    )
    return this.push(await this.layout.putManifest(config, [content]), name)
  }

  /** A document that names the subject itself (OCI image-spec, "subject"); it gets no tag. */
  async attachment(repository: string, artifactType: string, subject: Descriptor): Promise<Descriptor> {
    const config = await this.layout.put(mediaTypes.empty, {})
    const document = await this.layout.put(artifactType, { about: subject.digest })
    const { mediaType, digest, size } = subject
    const more = { artifactType, subject: { mediaType, digest, size } }
    const manifest = await this.layout.putManifest(config, [document], more)
    return this.push(manifest, `${repository}@${manifest.digest}`)
  }

  /** What cosign pushes for registries without referrers: only the tag tells what was signed. */
  async signature(repository: string, subject: Descriptor): Promise<Descriptor> {
    const payload = await this.layout.put('application/vnd.dev.cosign.simplesigning.v1+json', {
      critical: { image: { 'docker-manifest-digest': subject.digest } },
    })
    const config = await this.layout.put(mediaTypes.config, {
      architecture: '',
      os: '',
      config: {},
      rootfs: { type: 'layers', diff_ids: [payload.digest] },
    })
    const tag = `${subject.digest.replace(':', '-')}.sig`
    return this.push(await this.layout.putManifest(config, [payload]), `${repository}:${tag}`)
  }
}
