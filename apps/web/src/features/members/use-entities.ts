'use client'
import type { Schemas } from '@berth/contract'
import { api, useApiQuery } from '@/data/use-api.ts'
import { useRested } from '@/data/use-rested.ts'

export type EntityKind = 'person' | 'group'
export type FoundGroup = Schemas['UserGroupSearchItem']

/** Names of people or groups that hold the text, to choose from. */
export function useEntityNames(kind: EntityKind, text: string): string[] {
  const part = useRested(text.trim())
  const people = useApiQuery(
    'searchUsers',
    { query: { username: part, page_size: 8 } },
    { enabled: kind === 'person' && part !== '', keepPrevious: true },
  )
  const groups = useApiQuery(
    'searchUserGroups',
    { query: { groupname: part, page_size: 8 } },
    { enabled: kind === 'group' && part !== '', keepPrevious: true },
  )
  const names =
    kind === 'person'
      ? people.data?.data.map(({ username }) => username ?? '')
      : groups.data?.data.map(({ group_name }) => group_name ?? '')
  return [...new Set(names)]
}

/** The groups of exactly this name: one of a directory and one of a provider may share it, and two of a directory. */
export async function groupsNamed(name: string): Promise<FoundGroup[]> {
  const { data } = await api.call('searchUserGroups', { query: { groupname: name, page_size: 100 } })
  return data.filter(({ group_name }) => group_name === name)
}
