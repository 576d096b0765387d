import type { Schemas } from '@berth/contract'

export type Health = 'healthy' | 'failing' | 'unhealthy' | 'unknown'

type Told = Pick<Schemas['Registry'], 'status' | 'checked_time' | 'failing_since' | 'paused_until'>

/**
 * How a registry is. One that the last look found well is failing where replications noticed it since, or leave it alone now;
 * a look that came later says more than a failure after which nobody had anything to bring there.
 */
export function healthOf({
  status,
  checked_time: checked,
  failing_since: failing,
  paused_until: paused,
}: Told): Health {
  if (status === 'unhealthy') return status
  const isNews = failing !== undefined && (checked === undefined || Date.parse(checked) < Date.parse(failing))
  if (isNews || (failing !== undefined && paused !== undefined)) return 'failing'
  return status === 'healthy' ? status : 'unknown'
}
