export type Dependency = {
  key: string
  name: string
  version: string
  /** Where it is fetched from; empty for what is packed with the chart. */
  repository: string
  /** The value that switches it on. */
  condition: string
}

/** What a chart's writer put there: anything that is not text is left out. */
export function readDependencies(data: unknown): Dependency[] {
  if (!Array.isArray(data)) return []
  return data.map((item: Record<string, unknown> | null, index) => {
    const text = (value: unknown) => (typeof value === 'string' ? value : '')
    const name = text(item?.alias) || text(item?.name)
    return {
      key: `${index} ${name}`,
      name,
      version: text(item?.version),
      repository: text(item?.repository),
      condition: text(item?.condition),
    }
  })
}
