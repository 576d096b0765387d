import type { Reply } from './handler.ts'

type Url = { url: { path: string; search: string } }

export const ok = <Data>(body: Data): Reply<Data> => ({ status: 200, body })

/** 200 without a body: what Harbor answers to changes. */
export const done = (): Reply<never> => ({ status: 200 })

/** 201 with the new thing beneath the request's path. */
export const created = ({ url }: Url, idOrName: number | string): Reply<never> => ({
  status: 201,
  headers: { location: `${url.path.replace(/\/$/, '')}/${encodeURIComponent(idOrName)}` },
})

/** A page of a list with `X-Total-Count` and `Link`. */
export function page<Item, Data>(
  { url }: Url,
  { page, pageSize }: { page: number; pageSize: number },
  { items, total }: { items: readonly Item[]; total: number },
  present: (item: Item) => Data,
): Reply<Data[]> {
  const headers: Record<string, string> = { 'x-total-count': String(total) }
  const link = linkHeader(url, page, pageSize, total, items.length)
  if (link) headers.link = link
  return { status: 200, headers, body: items.map(present) }
}

/** Of the pages behind the rows of a list that was asked for as a whole and is too long for that. */
const NEXT_PAGE_SIZE = 100

/**
 * Harbor's form: a relative address, previous before next. None when everything was asked for and given.
 *
 * @param given rows of this answer
 */
export function linkHeader(
  url: Url['url'],
  page: number,
  pageSize: number,
  total: number,
  given = total,
): string {
  const to = (number: number, rel: string, size = pageSize) => {
    const query = new URLSearchParams(url.search)
    query.set('page', String(number))
    query.set('page_size', String(size))
    return `<${url.path}?${query}>; rel="${rel}"`
  }
  if (pageSize <= 0)
    return given < total ? to(Math.floor(given / NEXT_PAGE_SIZE) + 1, 'next', NEXT_PAGE_SIZE) : ''
  const links: string[] = []
  if (page > 1) links.push(to(page - 1, 'prev'))
  if (page * pageSize < total) links.push(to(page + 1, 'next'))
  return links.join(' , ')
}
