export { isReadOnly, isSystemReadOnly, refuseReadOnly, refuseSystemReadOnly } from './service.ts'
