export { createAuthority, type IssuedCertificate, type TestAuthority } from './certificates.ts'
export { cheapHash } from './cheap-hash.ts'
export { emptyDatabase, type TestDatabase, type TestDatabaseServer, testDatabase } from './database.ts'
export { type Answered, type FaultRates, type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts'
export {
  type GeneratedRegistry,
  generatedName,
  startGeneratedRegistry,
} from './generated-registry.ts'
export { startMariadb } from './mariadb.ts'
export { startPostgres, type TestServer } from './postgres.ts'
export { startRedis } from './redis.ts'
export { startRegistry, type TestRegistry } from './registry.ts'
export {
  addPerson,
  addProject,
  buildCache,
  image,
  index,
  openShop,
  PASSWORD,
  type Pushable,
  push,
  type Shop,
  upload,
  write,
} from './shop.ts'
