import { isUniqueViolation, type Tx } from '@berth/db'
import { type AuditLine, oldAndNew, record } from '../audit/index.ts'
import type { Core } from '../context/index.ts'
import { and, type ListQuery, orderBy, type Page, readPage, where } from '../list-query/index.ts'
import { type ImmutableRule, MAX_RULES_PER_PROJECT, type RuleSelectors, ruleColumns } from './model.ts'

interface RuleRow extends Record<string, unknown> {
  id: number
  disabled: boolean
  tag_decoration: string
  tag_pattern: string
  repository_decoration: string
  repository_pattern: string
}

const columns = `ir.id, ir.disabled, ir.tag_decoration, ir.tag_pattern, ir.repository_decoration,
  ir.repository_pattern`

const toRule = (row: RuleRow): ImmutableRule => ({
  id: row.id,
  disabled: row.disabled,
  tag: { decoration: row.tag_decoration as never, pattern: row.tag_pattern },
  repository: { decoration: row.repository_decoration as never, pattern: row.repository_pattern },
})

const toColumns = ({
  tag,
  repository,
}: RuleSelectors): Record<
  'tagDecoration' | 'tagPattern' | 'repositoryDecoration' | 'repositoryPattern',
  string
> => ({
  tagDecoration: tag.decoration,
  tagPattern: tag.pattern,
  repositoryDecoration: repository.decoration,
  repositoryPattern: repository.pattern,
})

/** Rules that are in force. Read anew for every push, so that a rule counts on every node at once. */
export async function readActiveRules(core: Core, projectName: string): Promise<ImmutableRule[]> {
  const rows = await core.db.query<RuleRow>(
    `SELECT ${columns} FROM immutable_rules ir JOIN projects p ON p.id = ir.project_id
      WHERE p.name = ? AND ir.disabled = FALSE`,
    [projectName],
  )
  return rows.map(toRule)
}

export async function readRules(
  core: Core,
  projectId: number,
  query: ListQuery,
): Promise<Page<ImmutableRule>> {
  const condition = and([
    { sql: 'ir.project_id = ?', params: [projectId] },
    where(ruleColumns, query.filters, core.db.provider),
  ])
  const order = orderBy(ruleColumns, query.sort, 'ir.id ASC', 'ir.id')
  const { rows, total } = await readPage<RuleRow>(
    core.db,
    { columns, from: 'immutable_rules ir', condition, order },
    query,
  )
  return { items: rows.map(toRule), total }
}

/** The project's first tags by name, in the order of an index. Repositories by their full names. */
export function readTagNames(
  core: Core,
  projectId: number,
  count: number,
): Promise<{ repository: string; tag: string }[]> {
  return core.db.query<{ repository: string; tag: string }>(
    `SELECT r.name AS repository, t.name AS tag FROM tags t JOIN repositories r ON r.id = t.repository_id
      WHERE t.project_id = ? ORDER BY t.name_key, t.id LIMIT ${count}`,
    [projectId],
  )
}

/** Whoever counts or changes a project's rules holds its row. */
async function lockProject(tx: Tx, projectId: number): Promise<boolean> {
  const rows = await tx.$queryRaw<{ id: number }[]>`
    SELECT id FROM projects WHERE id = ${projectId} FOR UPDATE`
  return rows.length > 0
}

export async function insertRule(
  core: Core,
  projectId: number,
  rule: RuleSelectors & { disabled: boolean },
  line: AuditLine,
): Promise<number | 'taken' | 'full' | 'missing'> {
  try {
    return await core.db.transaction(async (tx) => {
      if (!(await lockProject(tx, projectId))) return 'missing'
      if ((await tx.immutableRule.count({ where: { projectId } })) >= MAX_RULES_PER_PROJECT) return 'full'
      const data = { projectId, disabled: rule.disabled, ...toColumns(rule), createdAt: new Date(core.now()) }
      const { id } = await tx.immutableRule.create({ data, select: { id: true } })
      await record(core, tx, { ...line, resource: wordsOf(data), detail: { id, ...ruleFacts(data) } })
      return id
    })
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    throw error
  }
}

/** Absent parts stay. A rule of this project; ids of other projects' rules are not found. */
export async function updateRule(
  core: Core,
  projectId: number,
  id: number,
  change: Partial<RuleSelectors> & { disabled?: boolean },
  line: AuditLine,
): Promise<'done' | 'taken' | 'missing'> {
  try {
    return await core.db.transaction(async (tx) => {
      if (!(await lockProject(tx, projectId))) return 'missing'
      const row = await tx.immutableRule.findFirst({ where: { id, projectId } })
      if (!row) return 'missing'
      const tag = change.tag ?? { decoration: row.tagDecoration as never, pattern: row.tagPattern }
      const repository = change.repository ?? {
        decoration: row.repositoryDecoration as never,
        pattern: row.repositoryPattern,
      }
      const data = { disabled: change.disabled ?? row.disabled, ...toColumns({ tag, repository }) }
      await tx.immutableRule.updateMany({ where: { id, projectId }, data })
      const detail = { id, ...oldAndNew(ruleFacts(row), ruleFacts(data)) }
      await record(core, tx, { ...line, resource: wordsOf(data), detail })
      return 'done'
    })
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    throw error
  }
}

/** False when the project has no such rule. */
export const removeRule = (core: Core, projectId: number, id: number, line: AuditLine): Promise<boolean> =>
  core.db.transaction(async (tx) => {
    const row = await tx.immutableRule.findFirst({ where: { id, projectId } })
    if (!row || (await tx.immutableRule.deleteMany({ where: { id, projectId } })).count === 0) return false
    await record(core, tx, { ...line, resource: wordsOf(row), detail: { id, ...ruleFacts(row) } })
    return true
  })

type RuleColumns = ReturnType<typeof toColumns>

/** As people know a rule, who never see its id. */
const wordsOf = (row: RuleColumns): string => `${row.repositoryPattern}:${row.tagPattern}`

const ruleFacts = (row: RuleColumns & { disabled: boolean }) => ({
  disabled: row.disabled,
  tags: `${row.tagDecoration} ${row.tagPattern}`,
  repositories: `${row.repositoryDecoration} ${row.repositoryPattern}`,
})
