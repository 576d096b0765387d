import { type Actor, type Core, createCore, SYSTEM } from '@berth/core'
import { indexManifest } from '@berth/core/artifacts'
import { type Role, roleIds } from '@berth/core/authorization'
import { registryClient } from '@berth/core/registry'
import {
  type Digest,
  digestOf,
  MEDIA_TYPES,
  parseManifest,
  parseReference,
  parseRepositoryName,
} from '@berth/registry-client'
import { type FakeRegistry, startFakeRegistry } from '@berth/registry-client/fake'
import { cheapHash } from './cheap-hash.ts'

/** For tests: a Core over a database of one's own and a fake registry, and pushes as a client makes them. */
export interface Shop {
  core: Core
  registry: FakeRegistry
  close(): Promise<void>
}

export async function openShop(databaseUrl: string, poolSize = 8): Promise<Shop> {
  const registry = await startFakeRegistry({
    referrers: false,
    auth: { scheme: 'basic', users: { berth: 'secret' } },
  })
  const core = createCore({
    databaseUrl,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://localhost:8080',
    registryUrl: registry.url,
    registryCredentials: { username: 'berth', password: 'secret' },
    poolSize,
  })
  return {
    core,
    registry,
    async close() {
      await core.close()
      await registry.close()
    },
  }
}

export const addProject = (core: Core, name: string, isPublic = false, limitBytes = -1) =>
  core.db.prisma.project.create({ data: { name, public: isPublic, quota: { create: { limitBytes } } } })

/** Everybody's here. */
export const PASSWORD = 'Correct-Horse-1'
const passwordHash = cheapHash(PASSWORD)

/** A person with a role in each of the projects named. */
export async function addPerson(
  core: Core,
  username: string,
  rolesByProject: Record<string, Role> = {},
): Promise<Actor> {
  const user = await core.db.prisma.user.create({
    data: { username, usernameKey: username, passwordHash },
  })
  for (const [name, role] of Object.entries(rolesByProject)) {
    const project = await core.db.prisma.project.findUniqueOrThrow({ where: { name } })
    await core.db.prisma.member.create({
      data: { projectId: project.id, userId: user.id, roleId: roleIds[role] },
    })
  }
  return { kind: 'user', id: user.id, username, sysadmin: false, via: 'password' }
}

export interface Pushable {
  digest: Digest
  mediaType: string
  bytes: Uint8Array
  blobs: { digest: Digest; bytes: Uint8Array }[]
}

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

const blobOf = (bytes: Uint8Array, mediaType: string) => {
  const digest = digestOf(bytes)
  return { blob: { digest, bytes }, descriptor: { mediaType, digest, size: bytes.byteLength } }
}

/** An image whose digest depends on `seed`. */
export function image(
  seed: string,
  options: {
    config?: unknown
    configType?: string
    layers?: (string | Uint8Array)[]
    layerType?: string
    annotations?: Record<string, string>
    subject?: Pushable
    artifactType?: string
  } = {},
): Pushable {
  const configBytes =
    options.config instanceof Uint8Array
      ? options.config
      : encode(options.config ?? { architecture: 'amd64', os: 'linux', config: { Env: [`SEED=${seed}`] } })
  const config = blobOf(configBytes, options.configType ?? MEDIA_TYPES.ociConfig)
  const layers = (options.layers ?? [`layer of ${seed}`]).map((content) =>
    blobOf(
      typeof content === 'string' ? new TextEncoder().encode(content) : content,
      options.layerType ?? MEDIA_TYPES.ociLayerGzip,
    ),
  )
  const bytes = encode({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    artifactType: options.artifactType,
    config: config.descriptor,
    layers: layers.map((layer) => layer.descriptor),
    subject: options.subject && {
      mediaType: options.subject.mediaType,
      digest: options.subject.digest,
      size: options.subject.bytes.byteLength,
    },
    annotations: { seed, ...options.annotations },
  })
  return {
    digest: digestOf(bytes),
    mediaType: MEDIA_TYPES.ociManifest,
    bytes,
    blobs: [config.blob, ...layers.map((layer) => layer.blob)],
  }
}

/** An index over these, for linux on architectures of their own. */
export function index(children: Pushable[], annotations: Record<string, string> = {}): Pushable {
  const bytes = encode({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociIndex,
    manifests: children.map((child, position) => ({
      mediaType: child.mediaType,
      digest: child.digest,
      size: child.bytes.byteLength,
      platform: { os: 'linux', architecture: position === 0 ? 'amd64' : `arch${position}` },
    })),
    annotations,
  })
  return { digest: digestOf(bytes), mediaType: MEDIA_TYPES.ociIndex, bytes, blobs: [] }
}

/** A build cache as BuildKit writes it with `image-manifest=false`: an index that lists layers and their cache config. */
export function buildCache(seed: string, layers: (string | Uint8Array)[] = [`layer of ${seed}`]): Pushable {
  const parts = layers.map((content) =>
    blobOf(
      typeof content === 'string' ? new TextEncoder().encode(content) : content,
      MEDIA_TYPES.ociLayerGzip,
    ),
  )
  const config = blobOf(
    encode({ layers: parts.map(({ blob }) => ({ blob: blob.digest, parent: -1 })), records: [{ seed }] }),
    MEDIA_TYPES.buildkitCache,
  )
  const bytes = encode({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociIndex,
    manifests: [...parts, config].map(({ descriptor }) => descriptor),
  })
  return {
    digest: digestOf(bytes),
    mediaType: MEDIA_TYPES.ociIndex,
    bytes,
    blobs: [...parts, config].map(({ blob }) => blob),
  }
}

/** Only the registry's part of a push. */
export async function upload(core: Core, repository: string, pushed: Pushable, tag?: string): Promise<void> {
  const name = parseRepositoryName(repository)
  for (const blob of pushed.blobs) await registryClient(core).uploadBlob(name, blob.digest, blob.bytes)
  await registryClient(core).putManifest(name, tag ? parseReference(tag) : pushed.digest, pushed)
}

/** Only the index's part. */
export const write = (
  core: Core,
  repository: string,
  pushed: Pushable,
  tag?: string,
  actor: Actor = SYSTEM,
) =>
  indexManifest(core, actor, {
    repository,
    reference: tag ? { tag } : { digest: pushed.digest },
    digest: pushed.digest,
    mediaType: pushed.mediaType,
    bytes: pushed.bytes,
    manifest: parseManifest(pushed.bytes, pushed.mediaType),
  })

export async function push(
  core: Core,
  repository: string,
  pushed: Pushable,
  tag?: string,
  actor?: Actor,
): Promise<void> {
  await upload(core, repository, pushed, tag)
  await write(core, repository, pushed, tag, actor)
}
