export { pacedCore, REGISTRY_USER_AGENT, registryClient, registryFetch } from './client.ts'
export { askRegistry, registryFailure } from './failure.ts'
export { probeRegistry } from './probe.ts'
