import type { Schemas } from '@berth/contract'
import { notFound } from 'next/navigation'
import { policyInput } from '../features/replications/replication-input.ts'
import type { PageData } from './page-data.tsx'

/** The replication policy that a path names. */
export async function needPolicy(
  page: PageData,
  policy: string,
): Promise<{ id: number; name: string; policy: Schemas['ReplicationPolicy'] }> {
  const id = Number(policy)
  if (!Number.isSafeInteger(id) || id < 1) notFound()
  const { data } = await page.need('getReplicationPolicy', policyInput(id))
  return { id, name: data.name ?? '', policy: data }
}
