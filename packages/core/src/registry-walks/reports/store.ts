import type { Core } from '../../context/index.ts'
import {
  and,
  type Columns,
  type ListQuery,
  orderBy,
  type Page,
  readPage,
  where,
} from '../../list-query/index.ts'
import type { RegistryFinding, RegistryProposal } from '../model.ts'

const findable: Columns = {
  id: { sql: 'f.id', type: 'integer' },
  kind: { sql: 'f.kind', type: 'text', lowerCase: true },
  repository: { sql: 'f.repository', type: 'text' },
  reference: { sql: 'f.reference', type: 'text' },
  mended: { sql: 'f.mended', type: 'boolean' },
}

export async function readFindings(
  core: Core,
  walkId: number,
  query: ListQuery,
): Promise<Page<RegistryFinding>> {
  const condition = and([
    { sql: 'f.walk_id = ?', params: [walkId] },
    where(findable, query.filters, core.db.provider),
  ])
  const parts = {
    columns: 'f.id, f.kind, f.repository, f.reference, f.detail, f.mended, f.at',
    from: 'registry_findings f',
    condition,
    order: orderBy(findable, query.sort, 'f.id ASC', 'f.id'),
  }
  const { rows, total } = await readPage<RegistryFinding & Record<string, unknown>>(core.db, parts, query)
  return { items: rows, total }
}

interface ProposalRow extends Record<string, unknown> {
  project: string
  repositories: number
  tags: number
  project_id: number | null
  public: boolean | null
  username: string | null
}

export async function readProposals(
  core: Core,
  walkId: number,
  query: Pick<ListQuery, 'page' | 'pageSize'>,
): Promise<Page<RegistryProposal>> {
  const parts = {
    columns: 'g.project, g.repositories, g.tags, p.id AS project_id, p.public, u.username',
    from: `registry_proposals g LEFT JOIN projects p ON p.name = g.project LEFT JOIN users u ON u.id = p.owner_id`,
    countFrom: 'registry_proposals g',
    condition: { sql: 'g.walk_id = ?', params: [walkId] },
    order: ' ORDER BY g.project',
  }
  const { rows, total } = await readPage<ProposalRow>(core.db, parts, query)
  const items = rows.map(({ project, repositories, tags, project_id, public: isPublic, username }) => ({
    project,
    repositories,
    tags,
    existing: project_id === null ? null : { id: project_id, public: isPublic === true, ownerName: username },
  }))
  return { items, total }
}
