/** A list's place in the URL: filter, sort, page and whatever else the list knows. Defaults are left out of it. */
export type ListState = { q: string; sort: string; page: number }

type Params = { get(name: string): string | null }

/** Reads filter, sort and page; what is not allowed or not a number becomes the default. */
export function readListState(params: Params, sorts: readonly string[]): ListState {
  const sort = params.get('sort') ?? ''
  const page = Number(params.get('page') ?? 1)
  return {
    q: (params.get('q') ?? '').replace(/\p{Cc}/gu, '').slice(0, 255),
    sort: sorts.includes(sort.replace(/^-/, '')) ? sort : '',
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
  }
}

/**
 * The URL after changing some parameters. An empty value takes the parameter out; any change but that of the page
 * itself leads back to page 1.
 */
export function changedUrl(
  pathname: string,
  params: { toString(): string },
  changes: Record<string, string | number | undefined>,
): string {
  const next = new URLSearchParams(params.toString())
  if (!('page' in changes)) next.delete('page')
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '' || (name === 'page' && value === 1)) next.delete(name)
    else next.set(name, String(value))
  }
  return next.size > 0 ? `${pathname}?${next}` : pathname
}

/** Page search params as Next gives them to a server component, in the shape of URLSearchParams. */
export function toParams(params: Record<string, string | string[] | undefined>): URLSearchParams {
  return new URLSearchParams(
    Object.entries(params).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? (value[0] ?? '') : value]],
    ),
  )
}
