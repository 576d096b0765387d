import { NotFoundError, ProtocolError } from './errors.ts'
import { readList } from './json-list.ts'
import { parseRepositoryName, parseTag, type RepositoryName, type Tag } from './reference.ts'
import { catalogScope, pullScope } from './scopes.ts'
import type { Transport } from './transport.ts'

/** Part of a listing, at most a thousand entries. `invalid` holds entries outside the OCI grammar, as the registry wrote them: do not build URLs of them. */
export interface Page<Item> {
  items: Item[]
  invalid: string[]
}

export interface ListOptions {
  /** How many entries to ask for at a time; registries may give fewer. */
  pageSize?: number
  signal?: AbortSignal
  /** Where the listing is: of one that broke off, given again, it goes on with the page that did not come. */
  at?: ListPosition
}

/** Begins empty, and is written by the listing. */
export interface ListPosition {
  next?: URL
}

export const DEFAULT_PAGE_SIZE = 100
/** Of one listing; registries may give as few as they like at a time. */
const MAX_PAGES = 20_000
// Some registries know no paging and send everything at once; it is handed on in parts of this size.
const MAX_ENTRIES = 1_000

export function listCatalog(
  transport: Transport,
  options: ListOptions = {},
): AsyncGenerator<Page<RepositoryName>> {
  const first = new URL('v2/_catalog', transport.registry)
  return pages(
    transport,
    { first, scopes: catalogScope, field: 'repositories', parse: parseRepositoryName },
    options,
  )
}

/** @throws NotFoundError when the repository does not exist */
export function listTags(
  transport: Transport,
  repository: RepositoryName,
  options: ListOptions = {},
): AsyncGenerator<Page<Tag>> {
  const first = new URL(`v2/${repository}/tags/list`, transport.registry)
  return pages(transport, { first, scopes: pullScope(repository), field: 'tags', parse: parseTag }, options)
}

interface Listing<Item> {
  first: URL
  scopes: readonly string[]
  field: 'repositories' | 'tags'
  parse: (text: string) => Item
}

async function* pages<Item>(
  transport: Transport,
  listing: Listing<Item>,
  options: ListOptions,
): AsyncGenerator<Page<Item>> {
  // How each page began: one that begins like another leads round and round.
  const beginnings = new Set<string>()
  let emptyPages = 0
  listing.first.searchParams.set('n', String(options.pageSize ?? DEFAULT_PAGE_SIZE))
  let url: URL | undefined = options.at?.next ?? listing.first
  for (let page = 1; url !== undefined; page++) {
    const { scopes } = listing
    if (page > MAX_PAGES) throw endless(listing, `has more than ${MAX_PAGES} pages`)
    if (options.at) options.at.next = url
    const headers = { accept: 'application/json' }
    const answer = await transport.call({
      method: 'GET',
      url,
      headers,
      scopes,
      ok: [200],
      signal: options.signal,
    })
    let next: URL | undefined
    try {
      next = nextPage(answer.headers.get('link'), url, listing.first)
    } catch (error) {
      await answer.discard()
      throw error
    }
    let isEmpty = true
    for await (const entries of readList(answer, listing.field, MAX_ENTRIES)) {
      if (isEmpty && next !== undefined) noteBeginning(listing, beginnings, entries[0])
      isEmpty = false
      yield toPage(entries, listing.parse)
    }
    // A page may be empty where all that it had is hidden from us; so many are not.
    if (isEmpty && next !== undefined && ++emptyPages > MAX_EMPTY_PAGES)
      throw endless(listing, `has more than ${MAX_EMPTY_PAGES} pages with nothing on them`)
    if (isEmpty) yield { items: [], invalid: [] }
    url = next
  }
}

const MAX_EMPTY_PAGES = 1_000

function noteBeginning(listing: { first: URL }, beginnings: Set<string>, entry: unknown): void {
  const beginning = String(entry).slice(0, 300)
  if (beginnings.has(beginning)) throw endless(listing, 'gives the same page again and again')
  beginnings.add(beginning)
}

const endless = ({ first }: { first: URL }, what: string): ProtocolError =>
  new ProtocolError(`the list ${first.pathname} ${what}`, { code: 'LIST_WITHOUT_END' })

function toPage<Item>(entries: readonly unknown[], parse: (text: string) => Item): Page<Item> {
  const page: Page<Item> = { items: [], invalid: [] }
  for (const entry of entries) {
    try {
      page.items.push(parse(entry as string))
    } catch {
      page.invalid.push(String(entry).slice(0, 300))
    }
  }
  return page
}

/**
 * The URL of the next page (RFC 8288 `rel="next"`), pinned to the origin and path of the first one, so that a registry cannot
 * lead the client, and the token it carries, elsewhere.
 * @throws ProtocolError LOCATION_NOT_ALLOWED
 */
export function nextPage(link: string | null, current: URL, first: URL): URL | undefined {
  const target = linkTarget(link)
  if (target === undefined) return undefined
  const next = URL.canParse(target, current.href) ? new URL(target, current) : undefined
  if (
    next === undefined ||
    next.origin !== first.origin ||
    next.pathname !== first.pathname ||
    next.username !== ''
  ) {
    throw new ProtocolError('the next page is not part of this listing', { code: 'LOCATION_NOT_ALLOWED' })
  }
  next.hash = ''
  if (next.href === current.href) {
    throw new ProtocolError('the next page is this page again', { code: 'INVALID_ANSWER' })
  }
  return next
}

function linkTarget(link: string | null): string | undefined {
  if (link === null || link.length > 8192) return undefined
  for (const part of link.split(/,(?=\s*<)/)) {
    const end = part.indexOf('>')
    const target =
      part.trimStart().startsWith('<') && end > 0 ? part.slice(part.indexOf('<') + 1, end) : undefined
    if (target !== undefined && /;\s*rel="?next"?\s*(?:;|$)/i.test(part.slice(end))) return target
  }
  return undefined
}

/** Runs `request` and gives undefined where the registry has no such thing. */
export async function orUndefined<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request
  } catch (error) {
    if (error instanceof NotFoundError) return undefined
    throw error
  }
}
