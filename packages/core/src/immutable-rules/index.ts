export {
  type ImmutableRule,
  MAX_RULES_PER_PROJECT,
  type RuleInput,
  type RulePreview,
  type Selector,
  type SelectorInput,
} from './model.ts'
export {
  createImmutableRule,
  deleteImmutableRule,
  hasActiveRules,
  immutableTags,
  immutableTagsOf,
  listImmutableRules,
  previewImmutableRule,
  updateImmutableRule,
} from './service.ts'
