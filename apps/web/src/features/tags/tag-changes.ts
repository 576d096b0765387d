import type { OperationId } from '@berth/contract'

/** What shows tags, and is fetched again when one comes or goes. */
export const showTags: OperationId[] = ['listTags', 'getArtifact', 'listArtifacts', 'listRepositories']
