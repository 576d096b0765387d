/** What became of one row; rows without an outcome were not begun. */
export type RowOutcome = { state: 'running' } | { state: 'done' } | { state: 'failed'; error: unknown }

type Run<Row> = {
  /** Rows under way at the same time. */
  atOnce: number
  /** When aborted no further row is begun; what is under way ends by itself, as the server may have done it already. */
  signal: AbortSignal
  run: (row: Row) => Promise<unknown>
  onChange: (row: Row, outcome: RowOutcome) => void
}

/** Works through the rows in their order. A row that fails stops no other. */
export async function runRows<Row>(rows: readonly Row[], { atOnce, signal, run, onChange }: Run<Row>) {
  let next = 0
  const worker = async () => {
    while (next < rows.length && !signal.aborted) {
      const row = rows[next]!
      next += 1
      onChange(row, { state: 'running' })
      try {
        await run(row)
        onChange(row, { state: 'done' })
      } catch (error) {
        onChange(row, { state: 'failed', error })
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, rows.length) }, worker))
}
