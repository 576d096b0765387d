import type { CallInput } from '@berth/contract'
import { readListState } from '@/data/list-state.ts'

export const groupPageSize = 25

/** As Harbor numbers them; 2 is HTTP authentication, which Berth does not offer. */
export const groupTypes = { ldap: 1, oidc: 3 } as const
export type GroupKind = keyof typeof groupTypes

export const kindOf = (type: number | undefined): GroupKind => (type === groupTypes.ldap ? 'ldap' : 'oidc')

export function groupsInput(params: { get(name: string): string | null }): CallInput<'listUserGroups'> {
  const { q, page } = readListState(params, [])
  return { query: { page, page_size: groupPageSize, ...(q && { group_name: q }) } }
}
