import { ProtocolError } from '@berth/registry-client'

/** A listing that never ends is no listing. */
const MAX_PAGES = 10_000

/** Names out of rows that registries' APIs give: with the namespace in front, and nothing else than texts. */
export const namesIn = (namespace: string, rows: unknown): string[] => {
  if (!Array.isArray(rows))
    throw new ProtocolError(`the list of ${namespace} is none`, { code: 'INVALID_ANSWER' })
  return rows.flatMap((row: { name?: unknown } | null) =>
    typeof row?.name === 'string' && row.name !== '' ? [`${namespace}/${row.name}`] : [],
  )
}

/** One page after the other, as long as `ask` says where the next one is. What leads back to a page that was there is refused. */
export async function* pagesOf(
  namespace: string,
  first: string,
  ask: (page: string) => Promise<{ names: string[]; next: string | undefined }>,
): AsyncGenerator<string[]> {
  const seen = new Set<string>()
  for (let page: string | undefined = first; page !== undefined; ) {
    if (seen.has(page) || seen.size >= MAX_PAGES)
      throw new ProtocolError(`the list of ${namespace} has no end`, { code: 'LIST_WITHOUT_END' })
    seen.add(page)
    const { names, next } = await ask(page)
    yield names
    page = next
  }
}
