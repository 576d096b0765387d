/** One JSON line per event on standard error; whoever runs the process decides where it goes. */
export type Log = (level: 'info' | 'warn' | 'error', message: string, facts?: Record<string, unknown>) => void

export const jsonLog: Log = (level, message, facts = {}) => {
  const { error, ...others } = facts
  const line = { level, time: new Date().toISOString(), message, ...others, ...errorFacts(error) }
  process.stderr.write(`${JSON.stringify(line)}\n`)
}

/** Messages and places only: an error's own fields may hold a query's parameters. */
function errorFacts(error: unknown): Record<string, unknown> {
  if (error === undefined) return {}
  return error instanceof Error ? { error: error.message, stack: error.stack } : { error: String(error) }
}
