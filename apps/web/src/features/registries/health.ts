import type { Schemas } from '@berth/contract'

export type Health = 'healthy' | 'failing' | 'unhealthy' | 'unknown'

/** How a registry is: one that the last look found well may have failed since, as replications noticed. */
export function healthOf({
  status,
  failing_since: failing,
}: Pick<Schemas['Registry'], 'status' | 'failing_since'>): Health {
  if (status === 'unhealthy') return status
  if (failing) return 'failing'
  return status === 'healthy' ? status : 'unknown'
}
