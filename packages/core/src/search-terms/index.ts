export {
  insertLabelTerm,
  insertSuffixes,
  insertTerms,
  removeLabelTerm,
  removeLabelTerms,
  renameLabelTerms,
} from './store.ts'
export {
  annotationMatches,
  annotationTerms,
  cut,
  labelTerm,
  MAX_SUFFIX_LENGTH,
  MAX_TERM_LENGTH,
  searchForm,
  suffixesOf,
} from './terms.ts'
