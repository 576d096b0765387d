import type { Schemas } from '@berth/contract'

export type DestinationDraft = {
  name: string
  kind: 'syslog' | 'http'
  address: string
  tls: boolean
  ca: string
  auth: 'none' | 'bearer' | 'hmac'
  /** Empty: as it was. */
  secret: string
  /** How long the former key signs beside a new one; only for `hmac`. */
  overlapHours: string
  fromBeginning: boolean
}

export const newDestination: DestinationDraft = {
  name: '',
  kind: 'syslog',
  address: '',
  tls: true,
  ca: '',
  auth: 'none',
  secret: '',
  overlapHours: '24',
  fromBeginning: false,
}

export const destinationFieldIds = {
  name: 'destination-name',
  address: 'destination-address',
  secret: 'destination-secret',
  ca: 'destination-ca',
} as const
export type DestinationProblem =
  | 'nameMissing'
  | 'hostInvalid'
  | 'urlInvalid'
  | 'secretMissing'
  | 'secretAgain'
  | 'caInvalid'

/** What the API would refuse, as far as it can be known here; `known`: the address that has a secret already. */
export function destinationProblems(
  draft: DestinationDraft,
  known: string | undefined,
): { fieldId: string; problem: DestinationProblem }[] {
  const found: { fieldId: string; problem: DestinationProblem }[] = []
  const address = draft.address.trim()
  if (draft.name.trim() === '') found.push({ fieldId: destinationFieldIds.name, problem: 'nameMissing' })
  if (draft.kind === 'syslog' && !/^\S+:\d{1,5}$/.test(address))
    found.push({ fieldId: destinationFieldIds.address, problem: 'hostInvalid' })
  if (draft.kind === 'http' && !/^https?:$/.test(URL.parse(address)?.protocol ?? ''))
    found.push({ fieldId: destinationFieldIds.address, problem: 'urlInvalid' })
  if (draft.kind === 'http' && draft.auth !== 'none' && draft.secret === '') {
    const problem = known === undefined ? 'secretMissing' : known === address ? undefined : 'secretAgain'
    if (problem) found.push({ fieldId: destinationFieldIds.secret, problem })
  }
  if (draft.ca.trim() !== '' && !draft.ca.includes('-----BEGIN CERTIFICATE-----'))
    found.push({ fieldId: destinationFieldIds.ca, problem: 'caInvalid' })
  return found
}

/** Whether a key that signs gets a successor at the same address, beside which it may go on for a while. */
export const replacesKey = (
  draft: DestinationDraft,
  former: Schemas['AuditDestination'] | undefined,
): boolean =>
  draft.kind === 'http' &&
  draft.auth === 'hmac' &&
  former?.auth === 'hmac' &&
  draft.secret !== '' &&
  draft.address.trim() === former.address

export function toDestinationBody(
  draft: DestinationDraft,
  former?: Schemas['AuditDestination'],
): Schemas['AuditDestinationReq'] {
  const http = draft.kind === 'http'
  return {
    name: draft.name.trim(),
    kind: draft.kind,
    enabled: former?.enabled ?? true,
    address: draft.address.trim(),
    tls: !http && draft.tls,
    ca: draft.ca.trim(),
    auth: http ? draft.auth : 'none',
    ...(http && draft.secret !== '' && { secret: draft.secret }),
    ...(replacesKey(draft, former) && { overlap_hours: Number(draft.overlapHours) }),
    from_beginning: !former && draft.fromBeginning,
  }
}

export const fromDestination = (found: Schemas['AuditDestination']): DestinationDraft => ({
  ...newDestination,
  name: found.name ?? '',
  kind: found.kind ?? 'syslog',
  address: found.address ?? '',
  tls: found.tls ?? false,
  ca: found.ca ?? '',
  auth: found.auth ?? 'none',
})
