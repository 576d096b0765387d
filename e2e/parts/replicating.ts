import type { Body } from '@berth/contract'
import { until } from '@berth/testing/berth'
import { type Client, idOf } from './api-client.ts'

/** A registry of the kind `docker-registry`, unless another is given. */
export const addRegistry = async (client: Client, body: Body<'createRegistry'>): Promise<number> =>
  idOf(await client.call('createRegistry', { body: { type: 'docker-registry', ...body } }))

/** An enabled policy of a glob over names that moves tags. */
export const addPolicy = async (
  client: Client,
  glob: string,
  body: Body<'createReplicationPolicy'>,
): Promise<number> => {
  const filters = [{ type: 'name', value: glob }]
  return idOf(
    await client.call('createReplicationPolicy', {
      body: { enabled: true, override: true, filters, ...body },
    }),
  )
}

export const startRun = async (client: Client, policyId: number): Promise<number> =>
  idOf(await client.call('startReplication', { body: { policy_id: policyId } }))

/** A run that has ended. */
export const endOfRun = (client: Client, id: number, limitMs?: number) =>
  until(
    `run ${id} has ended`,
    async () => {
      const { data } = await client.call('getReplicationExecution', { path: { id } })
      return data.status !== 'InProgress' && data
    },
    limitMs,
  )
