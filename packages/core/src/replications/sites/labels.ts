import { NotFoundError, type RepositoryName } from '@berth/registry-client'
import { addLabel, projectOf } from '../../artifacts/index.ts'
import { projectFacts, SYSTEM } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { DomainError, notFound } from '../../errors/index.ts'
import { createLabel, listLabels } from '../../labels/index.ts'
import type { PeerApi } from '../../registries/index.ts'
import type { SiteLabel, SiteLabels } from './model.ts'
import { steadily } from './steadily.ts'
import { readLabelsOn } from './store.ts'

const KNOWN_MS = 10 * 60_000
const KNOWN = 10_000

/** Labels of this Berth. */
export const localLabels = (core: Core): SiteLabels => ({
  of: (repository, digest) => readLabelsOn(core, repository, digest),
  async add(repository, digest, label) {
    const labelId = await localId(core, repository, label)
    await addLabel(core, SYSTEM, { repository, reference: digest, labelId }).catch(unlessThere)
  },
})

async function localId(core: Core, repository: RepositoryName, label: SiteLabel): Promise<number> {
  const project = label.isGlobal ? undefined : await projectFacts(core, { name: projectOf(repository) })
  if (!label.isGlobal && !project) throw notFound('project')
  const projectId = project?.id ?? null
  // As it is written down.
  const name = label.name.normalize('NFC').trim()
  const find = async () => {
    const query = {
      ...{ filters: [{ field: 'name', match: 'exact' as const, value: name }], sort: [] },
      ...{ page: 1, pageSize: 10 },
    }
    const { items } = await listLabels(core, SYSTEM, { projectId, query })
    return items.find((one) => one.name === name)?.id
  }
  const { description, color } = label
  const made = () => createLabel(core, SYSTEM, { projectId, name, description, color }).catch(unlessThere)
  const id = (await find()) ?? (await made()) ?? (await find())
  if (id === undefined) throw notFound('label')
  return id
}

/** Somebody else was quicker. */
function unlessThere(error: unknown): undefined {
  if (!(error instanceof DomainError && error.code === 'CONFLICT')) throw error
}

/** Labels of another Berth or a Harbor. Which id a name has there is remembered for a while. */
export function peerLabels(core: Core, key: number, peer: PeerApi): SiteLabels {
  const ids = core.cache<number>('replications.labels', KNOWN_MS, KNOWN)
  return {
    of: (repository, digest, { signal } = {}) =>
      steadily(() => peer.artifactLabels(repository, digest, { signal }), signal),
    async add(repository, digest, label, { signal } = {}) {
      const project = projectOf(repository)
      const known = JSON.stringify([key, label.isGlobal ? null : project, label.name])
      const put = () =>
        steadily(async () => {
          const id = await ids.get(known, () => peerId(peer, project, label))
          if (id !== undefined) await peer.addLabel(repository, digest, id, { signal })
        }, signal)
      await put().catch((error) => {
        if (!(error instanceof NotFoundError)) throw error
        // The label may have been deleted since.
        ids.delete(known)
        return put()
      })
    },
  }
}

/** Many may wait for it, so nobody's signal ends it. */
async function peerId(peer: PeerApi, projectName: string, label: SiteLabel): Promise<number> {
  const projectId = label.isGlobal ? null : (await peer.project(projectName))?.id
  if (projectId === undefined) throw notFound('project')
  const find = () => peer.labelId({ name: label.name, projectId })
  const found = await find()
  if (found !== undefined) return found
  await peer.createLabel({ ...label, projectId })
  const id = await find()
  if (id === undefined) throw notFound('label')
  return id
}
