/** Why a registry is unhealthy: words for programs, beside the sentence for people. */
export const registryReasons = [
  'credentials_refused',
  'credentials_missing',
  'denied',
  'rate_limited',
  'wrong_type',
  'foreign_realm',
  'timeout',
  'unreachable',
  'answers_error',
  'certificate_expired',
  'certificate_not_trusted',
  'certificate_wrong_name',
  'no_tls',
  'address_not_allowed',
  'unusable',
] as const
export type RegistryReason = (typeof registryReasons)[number]

/** Why, as a word and as the end of a sentence about the registry. */
export interface Why {
  reason: RegistryReason
  message: string
}
