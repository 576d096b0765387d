import { expect, it } from 'vitest'
import { fromRule, newRule, type RuleDraft, toBody } from './rule-draft.ts'

it.each<RuleDraft>([
  newRule,
  {
    repository: { decoration: 'excludes', pattern: 'app/**' },
    tag: { decoration: 'excludes', pattern: 'rc-*' },
    disabled: true,
  },
])('a rule comes back from the wire as the form had it', (draft) => {
  expect(fromRule(toBody(draft))).toEqual(draft)
})

it('a rule with parts missing is still shown', () => {
  expect(fromRule({})).toEqual({
    repository: { decoration: 'matches', pattern: '' },
    tag: { decoration: 'matches', pattern: '' },
    disabled: false,
  })
})
