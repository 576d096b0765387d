export { listCatalog } from './list-catalog.ts'
