import { type Actor, authorizeSystem } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { type Adapter, adapterOf, type RegistryType, registryTypes } from './adapters/index.ts'
import { getRegistry } from './service.ts'
import { readLabelNames } from './store.ts'

/** Kinds of registries that Berth can speak to. @throws DomainError UNAUTHORIZED, FORBIDDEN */
export function listRegistryTypes(actor: Actor): readonly RegistryType[] {
  authorizeSystem(actor, 'list', 'replication-adapter')
  return registryTypes
}

/** What is known of a kind before anything is asked for: where it is and how one signs in. */
export type KindInfo = Pick<Adapter, 'endpoints' | 'credential'>

/** Of kinds of which something is known. @throws DomainError UNAUTHORIZED, FORBIDDEN */
export function listRegistryKinds(actor: Actor): [RegistryType, KindInfo][] {
  authorizeSystem(actor, 'list', 'replication-adapter')
  return registryTypes
    .map((type): [RegistryType, KindInfo] => [type, adapterOf(type)])
    .filter(([, { endpoints, credential }]) => endpoints !== undefined || credential !== undefined)
}

export interface RegistryInfo {
  type: string
  description: string
  filters: { type: string; style: string; values?: string[] }[]
  triggers: string[]
  chunks: boolean
}

/** What a policy can ask of a registry; 0 is this Berth. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function getRegistryInfo(core: Core, actor: Actor, id: number): Promise<RegistryInfo> {
  authorizeSystem(actor, 'read', 'registry')
  const registry = id === 0 ? undefined : await getRegistry(core, actor, id)
  const adapter = registry && adapterOf(registry.type)
  const labels = adapter === undefined || adapter.labels
  return {
    type: registry?.type ?? 'berth',
    description: registry?.description ?? '',
    filters: [
      { type: 'name', style: 'input' },
      { type: 'tag', style: 'input' },
      // The labels of another Berth are not known here; their names may be typed.
      ...(labels
        ? [{ type: 'label', style: 'list', values: registry ? [] : await readLabelNames(core) }]
        : []),
      { type: 'resource', style: 'radio', values: ['image', 'artifact'] },
      { type: 'semver', style: 'input' },
      { type: 'newest', style: 'input' },
    ],
    // Only this Berth tells of what happens.
    triggers: registry ? ['manual', 'scheduled'] : ['manual', 'scheduled', 'event_based'],
    chunks: adapter?.chunks ?? true,
  }
}
