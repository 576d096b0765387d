export type UsageLevel = 'free' | 'warn' | 'full' | 'unlimited'

/** Where the warning begins; the API's `nearly_full` begins there too. */
const WARNING_SHARE = 0.85

/** `share` is 0 to 1 of the limit, 0 without one. */
export function usageOf(usedBytes: number, limitBytes: number): { level: UsageLevel; share: number } {
  if (limitBytes < 0) return { level: 'unlimited', share: 0 }
  const share = limitBytes === 0 ? 1 : Math.min(usedBytes / limitBytes, 1)
  return { share, level: share >= 1 ? 'full' : share >= WARNING_SHARE ? 'warn' : 'free' }
}
