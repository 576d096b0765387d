export { listTagNames, type NamePage } from './list-tag-names.ts'
