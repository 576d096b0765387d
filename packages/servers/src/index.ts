export { type Account, giveDirectory, unprivilegedAccount } from './account.ts'
export { type ChildOptions, type ServerProcess, ServerStartError, startChild, tiedToParent } from './child.ts'
export { searchPath } from './env.ts'
export { endProcess, isAlive, processIdentity } from './orphan.ts'
export { freePort, quietPort, withFreePort } from './port.ts'
export {
  type PostgresOptions,
  type PostgresServer,
  postgresBinaries,
  startPostgresServer,
} from './postgres.ts'
export {
  findRegistryBinary,
  notificationsConfig,
  type RegistryNotifications,
  type RegistryOptions,
  type RegistryServer,
  type RegistryTls,
  type RegistryTokenAuth,
  registryConfig,
  startRegistryServer,
} from './registry.ts'
