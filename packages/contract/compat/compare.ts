import { isDeepStrictEqual } from 'node:util'
import type { Facts, OperationFacts, ParameterFacts, SchemaFacts } from './facts.ts'

type Direction = 'request' | 'response'

const container = /^(?:(?<item>.*)\[\]|map<(?<value>.*)>)$/

/** Compares two types and the schemas they lead to; collects one line per difference that a client could notice. */
class TypeComparison {
  readonly problems: string[]
  private readonly harbor: Facts['schemas']
  private readonly ours: Facts['schemas']
  private readonly seen = new Set<string>()

  constructor(harbor: Facts['schemas'], ours: Facts['schemas'], problems: string[]) {
    this.harbor = harbor
    this.ours = ours
    this.problems = problems
  }

  types(where: string, direction: Direction, harborType: string, ourType: string): void {
    const theirs = this.unalias(harborType, this.harbor)
    const mine = this.unalias(ourType, this.ours)
    const [inner, ourInner] = [container.exec(theirs)?.groups, container.exec(mine)?.groups]
    if (inner?.item && ourInner?.item) return this.types(where, direction, inner.item, ourInner.item)
    if (inner?.value && ourInner?.value) return this.types(where, direction, inner.value, ourInner.value)
    if (theirs.startsWith('#') && mine.startsWith('#')) {
      return this.schemas(where, direction, theirs.slice(1), mine.slice(1))
    }
    if (theirs !== mine) this.problems.push(`${where}: ${theirs} there, ${mine} here`)
  }

  private unalias(type: string, schemas: Facts['schemas']): string {
    const alias = type.startsWith('#') ? schemas[type.slice(1)]?.alias : undefined
    return alias ? this.unalias(alias, schemas) : type
  }

  private schemas(where: string, direction: Direction, theirName: string, ourName: string): void {
    const pair = `${direction} ${theirName} ${ourName}`
    if (this.seen.has(pair)) return
    this.seen.add(pair)
    const theirs = this.harbor[theirName]!
    const mine = this.ours[ourName]!
    for (const [field, type] of Object.entries(theirs.fields)) {
      const ourType = mine.fields[field]
      if (ourType === undefined) this.problems.push(`${where}: ${theirName}.${field} is missing`)
      else this.types(`${where}: ${theirName}.${field}`, direction, type, ourType)
    }
    if (direction === 'request') this.stricter(where, theirName, theirs, mine)
  }

  /** A request that Harbor takes must not fail here. */
  private stricter(where: string, name: string, theirs: SchemaFacts, mine: SchemaFacts): void {
    for (const field of mine.required ?? []) {
      if (!theirs.required?.includes(field))
        this.problems.push(`${where}: ${name}.${field} is required only here`)
    }
    for (const [field, limit] of Object.entries(mine.maxLength ?? {})) {
      if (limit < (theirs.maxLength?.[field] ?? Number.POSITIVE_INFINITY)) {
        this.problems.push(`${where}: ${name}.${field} is at most ${limit} long only here`)
      }
    }
  }
}

function compareParameter(where: string, theirs: ParameterFacts, mine: ParameterFacts): string[] {
  const { enum: theirChoices, ...theirRest } = theirs
  const { enum: ourChoices, ...ourRest } = mine
  const problems: string[] = []
  if (!isDeepStrictEqual({ ...theirRest }, { ...ourRest })) {
    problems.push(`${where}: ${JSON.stringify(theirRest)} there, ${JSON.stringify(ourRest)} here`)
  }
  const missing = (theirChoices ?? []).filter((choice) => !ourChoices?.includes(choice))
  if (ourChoices && missing.length > 0) problems.push(`${where}: without ${missing.join(', ')}`)
  if (ourChoices && !theirChoices) problems.push(`${where}: has choices only here`)
  return problems
}

function compareOperation(
  id: string,
  theirs: OperationFacts,
  mine: OperationFacts,
  comparison: TypeComparison,
): void {
  const { problems } = comparison
  const address = (facts: OperationFacts) => `${facts.method} ${facts.path}`
  if (address(theirs) !== address(mine))
    problems.push(`${id}: ${address(theirs)} there, ${address(mine)} here`)
  for (const [key, parameter] of Object.entries(theirs.parameters)) {
    const ours = mine.parameters[key]
    if (!ours) problems.push(`${id}: parameter ${key} is missing`)
    else problems.push(...compareParameter(`${id}: parameter ${key}`, parameter, ours))
  }
  for (const [key, parameter] of Object.entries(mine.parameters)) {
    if (parameter.required && !theirs.parameters[key])
      problems.push(`${id}: parameter ${key} is required only here`)
  }
  if (theirs.body && !mine.body) problems.push(`${id}: body is missing`)
  if (mine.body?.required && !theirs.body?.required) problems.push(`${id}: body is required only here`)
  if (theirs.body && mine.body) comparison.types(`${id}: body`, 'request', theirs.body.type, mine.body.type)
  for (const [status, answer] of Object.entries(theirs.responses)) {
    const ours = mine.responses[status]
    const where = `${id}: answer ${status}`
    if (!ours) {
      problems.push(`${where} is missing`)
      continue
    }
    for (const header of answer.headers) {
      if (!ours.headers.includes(header)) problems.push(`${where}: header ${header} is missing`)
    }
    if (answer.type) comparison.types(where, 'response', answer.type, ours.type ?? 'nothing')
  }
}

/**
 * Differences that a client written for Harbor could notice, for the operations that both have.
 *
 * @returns one line each; what only we offer is no difference
 */
export function compare(harbor: Facts, ours: Facts): string[] {
  const problems: string[] = []
  for (const [id, mine] of Object.entries(ours.operations)) {
    const theirs = harbor.operations[id]
    // Schemas are compared anew for each operation, so that a line names every operation it touches.
    if (theirs) compareOperation(id, theirs, mine, new TypeComparison(harbor.schemas, ours.schemas, problems))
  }
  return problems
}
