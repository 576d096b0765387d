import type { Schemas } from '@berth/contract'
import {
  createImmutableRule,
  deleteImmutableRule,
  type ImmutableRule,
  listImmutableRules,
  previewImmutableRule,
  type RuleInput,
  type Selector,
  updateImmutableRule,
} from '@berth/core/immutable-rules'
import type { Handlers } from './handler.ts'
import { projectRef, toId } from './references.ts'
import { created, done, ok, page } from './replies.ts'

const presentSelector = ({ pattern }: Selector, decoration: string): Schemas['ImmutableSelector'] => ({
  kind: 'doublestar',
  decoration,
  pattern,
  extras: '',
})

const presentRule = ({ id, disabled, tag, repository }: ImmutableRule): Schemas['ImmutableRule'] => ({
  id,
  priority: 0,
  disabled,
  action: 'immutable',
  template: 'immutable_template',
  params: {},
  tag_selectors: [presentSelector(tag, tag.decoration)],
  scope_selectors: {
    repository: [
      presentSelector(repository, repository.decoration === 'matches' ? 'repoMatches' : 'repoExcludes'),
    ],
  },
})

const inputOf = (body: Schemas['ImmutableRule']): RuleInput => ({
  disabled: body.disabled,
  action: body.action,
  tagSelectors: body.tag_selectors,
  scopeSelectors: body.scope_selectors,
})

export const immutableRules: Handlers<
  'ListImmuRules' | 'CreateImmuRule' | 'UpdateImmuRule' | 'DeleteImmuRule' | 'previewImmuRule'
> = {
  async ListImmuRules(context) {
    const { core, actor, path, headers } = context
    const query = context.listQuery()
    const ref = projectRef(path.project_name_or_id, headers['X-Is-Resource-Name'])
    return page(context, query, await listImmutableRules(core, actor, ref, query), presentRule)
  },

  async CreateImmuRule(context) {
    const { core, actor, path, headers, body } = context
    const ref = projectRef(path.project_name_or_id, headers['X-Is-Resource-Name'])
    return created(context, await createImmutableRule(core, actor, ref, inputOf(body)))
  },

  async UpdateImmuRule({ core, actor, path, headers, body }) {
    const ref = projectRef(path.project_name_or_id, headers['X-Is-Resource-Name'])
    await updateImmutableRule(core, actor, ref, toId(path.immutable_rule_id), inputOf(body))
    return done()
  },

  async DeleteImmuRule({ core, actor, path, headers }) {
    const ref = projectRef(path.project_name_or_id, headers['X-Is-Resource-Name'])
    await deleteImmutableRule(core, actor, ref, toId(path.immutable_rule_id))
    return done()
  },

  async previewImmuRule({ core, actor, path, headers, body }) {
    const ref = projectRef(path.project_name_or_id, headers['X-Is-Resource-Name'])
    const preview = await previewImmutableRule(core, actor, ref, inputOf(body))
    return ok({
      examined_tags: preview.examinedTags,
      complete: preview.complete,
      covered_tags: preview.coveredTags,
      covered_repositories: preview.coveredRepositories,
      examples: preview.examples.map(({ repository, tag }) => ({ repository_name: repository, tag })),
    })
  },
}
