import type { Provider } from './open.ts'

/** One `?` for each value: what stands between the brackets of `IN ()`, or of a row. */
export const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ')

/**
 * `?` as the database itself wants its parameters, for raw statements in Prisma's transactions; `query` takes `?` on
 * both. Question marks inside quotes are text.
 */
export function numbered(provider: Provider, sql: string): string {
  if (provider === 'mysql') return sql
  let index = 0
  return sql.replace(/'(?:[^']|'')*'|\?/g, (token) => (token === '?' ? `$${++index}` : token))
}
