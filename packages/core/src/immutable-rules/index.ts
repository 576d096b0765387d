export {
  type ImmutableRule,
  MAX_RULES_PER_PROJECT,
  type RuleInput,
  type Selector,
  type SelectorInput,
} from './model.ts'
export {
  createImmutableRule,
  deleteImmutableRule,
  immutableTags,
  immutableTagsOf,
  listImmutableRules,
  updateImmutableRule,
} from './service.ts'
