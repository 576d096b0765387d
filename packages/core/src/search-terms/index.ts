export { insertSuffixes, insertTerms } from './store.ts'
export {
  annotationMatches,
  annotationTerms,
  cut,
  MAX_SUFFIX_LENGTH,
  MAX_TERM_LENGTH,
  searchForm,
  suffixesOf,
} from './terms.ts'
