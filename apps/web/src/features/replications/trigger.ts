import type { Schemas } from '@berth/contract'

export const triggerTypes = ['manual', 'scheduled', 'event_based'] as const
export type TriggerType = (typeof triggerTypes)[number]

/** What starts the runs of a policy. */
export const triggerOf = ({ trigger }: Schemas['ReplicationPolicy']): TriggerType =>
  triggerTypes.find((type) => type === trigger?.type) ?? 'manual'
