/** How a field's name may end, after two underscores, to say how it must match. */
const operators = ['exact', 'icontains', 'in', 'gt', 'gte', 'lt', 'lte'] as const
export type Operator = (typeof operators)[number]

/**
 * A field as clients of Harbor name it: as the API does (`creation_time`) or as its source does (`CreationTime`,
 * `ProjectID`), with an operator behind it or without. What ends in something else is the name of another field.
 */
export function readField(text: string): { field: string; operator: Operator | undefined } {
  const at = text.lastIndexOf('__')
  const operator = at > 0 ? operators.find((word) => word === text.slice(at + 2)) : undefined
  return { field: snakeCase(operator ? text.slice(0, at) : text), operator }
}

const snakeCase = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
