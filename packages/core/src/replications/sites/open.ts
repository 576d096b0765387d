import {
  DeniedError,
  isDigest,
  isRepositoryName,
  NotFoundError,
  parseRepositoryName,
  parseTag,
  type RepositoryName,
} from '@berth/registry-client'
import { projectOf } from '../../artifacts/index.ts'
import type { Core } from '../../context/index.ts'
import { badRequest } from '../../errors/index.ts'
import {
  listingOf,
  openPeer,
  openRegistry,
  type PeerApi,
  prepareRepository,
  type Registry,
  repositoriesIn,
} from '../../registries/index.ts'
import { bandwidthOf } from './bandwidth.ts'
import { peerLabels } from './labels.ts'
import type { Site, TagFact } from './model.ts'
import { MAX_TAGS, type RemoteOptions, remoteSite, tooManyTags } from './remote.ts'
import { steadily } from './steadily.ts'

/** A registry as a side of a replication: with the API of its own where it is a Berth or a Harbor. */
export async function openSite(core: Core, registry: Registry): Promise<Site> {
  const [client, peer] = await Promise.all([openRegistry(core, registry), openPeer(core, registry)])
  const { id: key, bandwidthKbps } = registry
  const preparing: RemoteOptions['api'] = {
    prepare: (repository, _facts, { signal = new AbortController().signal } = {}) =>
      steadily(() => prepareRepository(core, registry, repository, signal), signal),
  }
  const byNamespace: RemoteOptions['api'] = {
    async *repositories({ onInvalid, signal = new AbortController().signal, namespaces = [] } = {}) {
      for (const namespace of namespaces)
        for await (const names of repositoriesIn(core, registry, namespace, signal))
          yield parsed(names, onInvalid)
    },
  }
  const byName: RemoteOptions['api'] = {
    // biome-ignore lint/correctness/useYield: there is nothing to list
    async *repositories() {
      throw badRequest(
        'the registry does not tell its repositories: name them in a filter, without wildcards',
      )
    },
  }
  const listing = { api: {}, catalog: {}, namespace: byNamespace, none: byName }[listingOf(registry)]
  return remoteSite({
    key,
    client,
    ...(bandwidthKbps > 0 && { pass: bandwidthOf(core, key, bandwidthKbps) }),
    api: peer ? { ...withPeer(peer), labels: peerLabels(core, key, peer) } : { ...preparing, ...listing },
  })
}

function withPeer(peer: PeerApi): RemoteOptions['api'] {
  return {
    async *repositories({ onInvalid, signal, namespaces } = {}) {
      for await (const names of repositoriesAt(peer, namespaces, signal)) yield parsed(names, onInvalid)
    },
    tags: async (repository, { signal, onInvalid = () => {} } = {}) => {
      const { facts, outside } = await steadily(() => tagsOf(peer, repository, signal), signal)
      for (const name of outside) onInvalid(name)
      return facts
    },
    tagsOn: (repository, digest, { signal } = {}) =>
      steadily(
        async () =>
          (await peer.artifactTags(repository, digest, { signal })).flatMap(
            (tag) => orUndefined(() => parseTag(tag)) ?? [],
          ),
        signal,
      ),
    deleteTag: (repository, tag, { digest, seen = [], signal } = {}) =>
      steadily(() => peer.deleteTag(repository, tag, { digest, seen, signal }), signal),
    prepare: (repository, facts, { signal } = {}) =>
      steadily(async () => {
        const name = projectOf(repository)
        const project = await peer.project(name, { signal })
        if (project?.isProxy)
          throw badRequest(`the project ${name} there is a proxy cache, into which nothing can be copied`)
        if (project) return
        await peer.createProject({ name, isPublic: facts.public }, { signal })
      }, signal),
  }
}

const parsed = (names: readonly string[], onInvalid: (name: string) => void = () => {}): RepositoryName[] =>
  names.flatMap((name) => {
    const repository = orUndefined(() => parseRepositoryName(name))
    if (!repository) onInvalid(name)
    return repository ?? []
  })

/** Each project costs a request at least, as a hundred repositories of the list of all do. */
const MAX_PROJECTS = 100

/** Of some projects only, where no others are meant. One that is not there, or not for these credentials, has none. */
async function* repositoriesAt(
  peer: PeerApi,
  namespaces: readonly string[] | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<string[]> {
  // Anything else is no name of a project.
  const projects = namespaces?.filter((name) => isRepositoryName(name))
  if (!projects || projects.length > MAX_PROJECTS) return yield* peer.repositories({ signal })
  for (const project of projects)
    try {
      yield* peer.repositories({ project, signal })
    } catch (error) {
      if (!(error instanceof NotFoundError || error instanceof DeniedError)) throw error
    }
}

/** Undefined for what can be no name here; whoever has it keeps it. */
function orUndefined<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch {
    return undefined
  }
}

/** Nothing of a repository that is not there. */
async function tagsOf(
  peer: PeerApi,
  repository: RepositoryName,
  signal: AbortSignal | undefined,
): Promise<{ facts: TagFact[]; outside: string[] }> {
  const facts: TagFact[] = []
  const outside: string[] = []
  try {
    for await (const artifacts of peer.artifacts(repository, { signal }))
      for (const { digest, tags, labels, sizeBytes, attached } of artifacts) {
        if (!isDigest(digest)) continue
        const told = attached.filter((one) => isDigest(one)).map((one) => ({ subject: digest, digest: one }))
        const of = { digest, labels, attached: told, ...(sizeBytes > 0 && { sizeBytes }) }
        for (const { name, pushedAt } of tags) {
          const tag = orUndefined(() => parseTag(name))
          if (tag) facts.push({ tag, pushedAt, ...of })
          else outside.push(name)
        }
        if (facts.length + outside.length > MAX_TAGS) throw tooManyTags(repository, MAX_TAGS)
      }
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error
  }
  return { facts, outside }
}
