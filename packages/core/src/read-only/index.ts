export { isSystemReadOnly, refuseReadOnly, refuseSystemReadOnly } from './service.ts'
