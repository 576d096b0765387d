import {
  AndFilter,
  ApproximateFilter,
  EqualityFilter,
  ExtensibleFilter,
  GreaterThanEqualsFilter,
  LessThanEqualsFilter,
  NotFilter,
  OrFilter,
  PresenceFilter,
  SubstringFilter,
  type Filter as WireFilter,
} from 'ldapts'
import type { Filter } from './filter.ts'

/** The filter as ldapts sends it: in binary, where a value has a length and needs no escaping. */
export function toWire(filter: Filter): WireFilter {
  switch (filter.kind) {
    case 'and':
      return new AndFilter({ filters: filter.of.map(toWire) })
    case 'or':
      return new OrFilter({ filters: filter.of.map(toWire) })
    case 'not':
      return new NotFilter({ filter: toWire(filter.of) })
    case 'present':
      return new PresenceFilter({ attribute: filter.attribute })
    case 'substrings':
      return new SubstringFilter({ ...filter, any: [...filter.any] })
    case 'rule':
      return new ExtensibleFilter({
        matchType: filter.attribute,
        rule: filter.rule,
        dnAttributes: filter.dnAttributes,
        value: filter.value,
      })
    case 'equal':
      return new EqualityFilter({ attribute: filter.attribute, value: filter.value })
    case 'greaterOrEqual':
      return new GreaterThanEqualsFilter({ attribute: filter.attribute, value: String(filter.value) })
    case 'lessOrEqual':
      return new LessThanEqualsFilter({ attribute: filter.attribute, value: String(filter.value) })
    case 'approximately':
      return new ApproximateFilter({ attribute: filter.attribute, value: String(filter.value) })
  }
}
