/** An index to walk over: its columns as SQL, none of it from outside. */
export interface Source {
  table: string
  project: string
  term: string
  id: string
  /** The column with the repository's id; where there is none, `id` is an artifact's. */
  repository?: string
  /** Conditions on columns that stand before the term in both indexes. */
  fixed?: string
  /** Names of the index that begins with the project, and of the one over all projects. */
  indexes: { inProject: string; everywhere: string }
}

const suffixes = (within: 'TRUE' | 'FALSE'): Source => ({
  table: 'repository_suffixes',
  project: 'project_id',
  term: 'suffix',
  id: 'repository_id',
  repository: 'repository_id',
  fixed: `within_word = ${within}`,
  indexes: {
    inProject: 'repository_suffixes_in_project_idx',
    everywhere: 'repository_suffixes_everywhere_idx',
  },
})
/** Names of repositories from each of their words on, and from within their words. */
export const nameWords = suffixes('FALSE')
export const namesWithinWords = suffixes('TRUE')

export const tagNames: Source = {
  table: 'tags',
  project: 'project_id',
  term: 'name_key',
  id: 'id',
  repository: 'repository_id',
  indexes: { inProject: 'tags_project_id_name_key_id_idx', everywhere: 'tags_name_key_id_idx' },
}

export const digests: Source = {
  table: 'artifacts',
  project: 'project_id',
  term: 'digest',
  id: 'id',
  repository: 'repository_id',
  indexes: { inProject: 'artifacts_project_id_digest_idx', everywhere: 'artifacts_digest_idx' },
}

/** Terms of annotations and of labels, which begin differently. */
export const artifactTerms: Source = {
  table: 'artifact_terms',
  project: 'project_id',
  term: 'term',
  id: 'artifact_id',
  indexes: {
    inProject: 'artifact_terms_project_id_term_artifact_id_idx',
    everywhere: 'artifact_terms_term_artifact_id_idx',
  },
}
