'use client'
import { useApiQuery } from '@/data/use-api.ts'
import { namedInput } from '@/features/labels/label-list-state.ts'
import { labelCondition, labelNames } from './label-filter.ts'

/** The condition for the labels a filter names; undefined without any, null while their ids are being asked for. */
export function useLabelCondition(projectId: number | undefined, input: string): string | null | undefined {
  const names = labelNames(input)
  const enabled = names.length > 0 && projectId !== undefined
  const own = useApiQuery('ListLabels', namedInput({ projectId: projectId ?? 0 }, names), { enabled })
  const global = useApiQuery('ListLabels', namedInput({ projectId: null }, names), { enabled })
  if (names.length === 0) return undefined
  if (own.isPending || global.isPending) return null
  // Who may not list labels finds nothing by them.
  return labelCondition(names, [...(own.data?.data ?? []), ...(global.data?.data ?? [])])
}
