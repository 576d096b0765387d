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
  const link = linkHeader(url, page, pageSize, total)
  if (link) headers.link = link
  return { status: 200, headers, body: items.map(present) }
}

/** Harbor's form: a relative address, previous before next. None when everything was asked for. */
export function linkHeader(url: Url['url'], page: number, pageSize: number, total: number): string {
  if (pageSize <= 0) return ''
  const to = (number: number, rel: string) => {
    const query = new URLSearchParams(url.search)
    query.set('page', String(number))
    query.set('page_size', String(pageSize))
    return `<${url.path}?${query}>; rel="${rel}"`
  }
  const links: string[] = []
  if (page > 1) links.push(to(page - 1, 'prev'))
  if (page * pageSize < total) links.push(to(page + 1, 'next'))
  return links.join(' , ')
}
