import type { CallInput, Schemas } from '@berth/contract'
import { projectInput } from '../projects/project-input.ts'

/** The API refuses a sixteenth. */
export const MAX_RULES_PER_PROJECT = 15

export type Decoration = 'matches' | 'excludes'
/** What the form holds. */
export type RuleDraft = {
  repository: { decoration: Decoration; pattern: string }
  tag: { decoration: Decoration; pattern: string }
  disabled: boolean
}

export const newRule: RuleDraft = {
  repository: { decoration: 'matches', pattern: '**' },
  tag: { decoration: 'matches', pattern: '' },
  disabled: false,
}

/** All rules of a project: there are few, so there are no pages. */
export function rulesInput(project: string) {
  return {
    ...projectInput(project),
    query: { page_size: 0, sort: 'id' },
  } satisfies CallInput<'ListImmuRules'>
}

export function toBody({ repository, tag, disabled }: RuleDraft): Schemas['ImmutableRule'] {
  return {
    disabled,
    action: 'immutable',
    template: 'immutable_template',
    tag_selectors: [{ kind: 'doublestar', decoration: tag.decoration, pattern: tag.pattern }],
    scope_selectors: {
      repository: [
        {
          kind: 'doublestar',
          decoration: repository.decoration === 'matches' ? 'repoMatches' : 'repoExcludes',
          pattern: repository.pattern,
        },
      ],
    },
  }
}

/** Reads a rule as any client may have written it. */
export function fromRule(rule: Schemas['ImmutableRule']): RuleDraft {
  const [tag] = rule.tag_selectors ?? []
  const [repository] = rule.scope_selectors?.repository ?? []
  return {
    tag: { decoration: tag?.decoration === 'excludes' ? 'excludes' : 'matches', pattern: tag?.pattern ?? '' },
    repository: {
      decoration: repository?.decoration === 'repoExcludes' ? 'excludes' : 'matches',
      pattern: repository?.pattern ?? '',
    },
    disabled: rule.disabled ?? false,
  }
}
