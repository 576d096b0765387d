import { DomainError, SYSTEM } from '@berth/core'
import { getRepository, listCatalog } from '@berth/core/repositories'
import { listTagNames } from '@berth/core/tags'
import { OciError } from '../oci-error.ts'
import { sendJson } from './answers.ts'
import type { At } from './path.ts'
import type { V2Request } from './request.ts'

const DEFAULT_N = 100
/** More in one answer would let a client choose how much memory is used (CVE-2023-2253). */
const MAX_N = 1_000

// No name of a tag or a repository is longer or has other characters; Postgres takes no U+0000.
const NAME = /^[\w./-]{1,255}$/

/** @throws OciError PAGINATION_NUMBER_INVALID */
export function pageOf(
  query: URLSearchParams,
  defaultN = DEFAULT_N,
): { n: number; last: string | undefined } {
  const text = query.get('n')
  if (text !== null && !/^\d{1,9}$/.test(text))
    throw new OciError(400, 'PAGINATION_NUMBER_INVALID', 'n must be a whole number, 0 or more')
  const last = query.get('last') || undefined
  if (last !== undefined && !NAME.test(last))
    throw new OciError(400, 'PAGINATION_NUMBER_INVALID', 'last must be a name from an earlier page')
  return { n: Math.min(text === null ? defaultN : Number(text), MAX_N), last }
}

/** The header that leads to the next page; none without a `last`. */
export const linkTo = (
  path: string,
  n: number,
  last: string | number | undefined,
  more: Record<string, string> = {},
): Record<string, string> =>
  last === undefined
    ? {}
    : { link: `<${path}?${new URLSearchParams({ ...more, last: String(last), n: String(n) })}>; rel="next"` }

export async function catalog({ gateway, identity, query, exchange }: V2Request): Promise<void> {
  const page = pageOf(query)
  const { names, more } = await listCatalog(gateway.core, identity.actor, page)
  sendJson(exchange, { repositories: names }, linkTo('/v2/_catalog', page.n, more ? names.at(-1) : undefined))
}

export async function tags(request: V2Request<At<'/v2/<name>/tags/list'>>): Promise<void> {
  const { gateway, exchange, path, query } = request
  // Most clients name no `n` and follow no Link.
  const page = pageOf(query, MAX_N)
  const { names, more } = await listTagNames(gateway.core, path.name, page)
  if (names.length === 0) await requireRepository(request)
  const link = linkTo(`/v2/${path.name}/tags/list`, page.n, more ? names.at(-1) : undefined)
  sendJson(exchange, { name: path.name, tags: names }, link)
}

/** A repository without tags is empty; one that was never pushed to is unknown. */
async function requireRepository({ gateway, path }: V2Request<At<'/v2/<name>/tags/list'>>): Promise<void> {
  // The guard has decided about the caller.
  await getRepository(gateway.core, SYSTEM, path.name).catch((error) => {
    if (!(error instanceof DomainError) || error.code !== 'NOT_FOUND') throw error
    throw new OciError(404, 'NAME_UNKNOWN', 'there is no such repository')
  })
}
