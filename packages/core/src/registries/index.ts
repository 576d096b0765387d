export { type Adapter, adapterOf, listingOf, type RegistryType, registryTypes } from './adapters/index.ts'
export { checkRegistries, type HealthChange, recognise } from './check.ts'
export {
  getRegistryInfo,
  type KindInfo,
  listRegistryKinds,
  listRegistryTypes,
  type RegistryInfo,
} from './kinds.ts'
export {
  type Registry,
  type RegistryAccess,
  type RegistryInput,
  type RegistryStatus,
  reachedAs,
} from './model.ts'
export { openPeer, openRegistry, prepareRepository, repositoriesIn } from './open.ts'
export type { PeerApi, PeerArtifact, PeerProject } from './peer.ts'
export { type RegistryReason, registryReasons } from './reasons.ts'
export {
  createRegistry,
  deleteRegistry,
  getRegistry,
  listRegistries,
  MASKED,
  mayReadLocal,
  pingRegistry,
  updateRegistry,
} from './service.ts'
export { readRegistriesById, readRegistry } from './store.ts'
