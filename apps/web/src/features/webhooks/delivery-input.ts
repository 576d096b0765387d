import type { CallInput } from '@berth/contract'
import { readListState } from '../../data/list-state.ts'
import { webhookInput } from './webhook-input.ts'

export const deliveryPageSize = 25
export const deliveryStatuses = ['waiting', 'blocked', 'delivered', 'dead'] as const
export type DeliveryStatus = (typeof deliveryStatuses)[number]

type Params = { get(name: string): string | null }

export const readDeliveryStatus = (params: Params): DeliveryStatus | undefined =>
  deliveryStatuses.find((status) => status === params.get('status'))

export function deliveriesInput(project: string, id: number, params: Params) {
  const { page } = readListState(params, [])
  const status = readDeliveryStatus(params)
  return {
    ...webhookInput(project, id),
    query: { page, page_size: deliveryPageSize, ...(status && { q: `status=${status}` }) },
  } satisfies CallInput<'listWebhookDeliveries'>
}
