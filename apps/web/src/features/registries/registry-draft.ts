import type { Schemas } from '@berth/contract'

export interface RegistryDraft {
  name: string
  description: string
  /** One of the kinds that the API offers. */
  type: string
  url: string
  accessKey: string
  /** Empty: as it was, or none. */
  accessSecret: string
  insecure: boolean
  ca: string
  maxTransfers: string
  bandwidth: string
}

export const newRegistry: RegistryDraft = {
  name: '',
  description: '',
  type: 'berth',
  url: '',
  accessKey: '',
  accessSecret: '',
  insecure: false,
  ca: '',
  maxTransfers: '6',
  bandwidth: '0',
}

export const registryFieldIds = {
  name: 'registry-name',
  url: 'registry-url',
  secret: 'registry-secret',
  ca: 'registry-ca',
  maxTransfers: 'registry-max-transfers',
  bandwidth: 'registry-bandwidth',
} as const
export type RegistryProblem =
  | 'nameMissing'
  | 'urlInvalid'
  | 'secretAgain'
  | 'caInvalid'
  | 'maxTransfersInvalid'
  | 'bandwidthInvalid'

type Registry = Schemas['Registry']

const isWhole = (text: string, min: number, max: number) =>
  /^\d{1,10}$/.test(text.trim()) && Number(text) >= min && Number(text) <= max

const withScheme = (url: string): string => {
  const text = url.trim().replace(/\/+$/, '')
  return text === '' || /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`
}

/** Whether the secret that is stored may go where the draft leads; else it has to be typed again. */
export const keepsSecret = (draft: RegistryDraft, known: Registry | undefined): boolean =>
  !known?.credential?.access_secret ||
  (withScheme(draft.url) === known.url &&
    draft.type === known.type &&
    // Whoever is believed without a certificate is believed with any.
    (known.insecure === true || (!draft.insecure && draft.ca.trim() === (known.ca_certificate ?? '').trim())))

/** What the API would refuse, as far as it can be known here. */
export function registryProblems(
  draft: RegistryDraft,
  known: Registry | undefined,
): { fieldId: string; problem: RegistryProblem }[] {
  const found: { fieldId: string; problem: RegistryProblem }[] = []
  if (draft.name.trim() === '') found.push({ fieldId: registryFieldIds.name, problem: 'nameMissing' })
  return [...found, ...reachProblems(draft, known), ...limitProblems(draft)]
}

/** Of what a test of the connection needs. */
export function reachProblems(
  draft: RegistryDraft,
  known: Registry | undefined,
): { fieldId: string; problem: RegistryProblem }[] {
  const found: { fieldId: string; problem: RegistryProblem }[] = []
  if (!/^https?:$/.test(URL.parse(withScheme(draft.url))?.protocol ?? ''))
    found.push({ fieldId: registryFieldIds.url, problem: 'urlInvalid' })
  if (draft.accessSecret === '' && !keepsSecret(draft, known))
    found.push({ fieldId: registryFieldIds.secret, problem: 'secretAgain' })
  if (draft.ca.trim() !== '' && !draft.ca.includes('-----BEGIN CERTIFICATE-----'))
    found.push({ fieldId: registryFieldIds.ca, problem: 'caInvalid' })
  return found
}

function limitProblems(draft: RegistryDraft): { fieldId: string; problem: RegistryProblem }[] {
  const found: { fieldId: string; problem: RegistryProblem }[] = []
  if (!isWhole(draft.maxTransfers, 1, 100))
    found.push({ fieldId: registryFieldIds.maxTransfers, problem: 'maxTransfersInvalid' })
  if (!isWhole(draft.bandwidth, 0, 1_000_000_000))
    found.push({ fieldId: registryFieldIds.bandwidth, problem: 'bandwidthInvalid' })
  return found
}

export function toRegistryBody(draft: RegistryDraft): Registry {
  return {
    name: draft.name.trim(),
    description: draft.description.trim(),
    type: draft.type,
    url: draft.url.trim(),
    credential: { access_key: draft.accessKey.trim(), access_secret: draft.accessSecret },
    insecure: draft.insecure,
    ca_certificate: draft.ca.trim(),
    max_transfers: Number(draft.maxTransfers),
    bandwidth: Number(draft.bandwidth),
  }
}

/** As a change of a stored one: a secret that is not typed stays, unless the name to sign in with was taken away too. */
export function toRegistryUpdate(draft: RegistryDraft, known?: Registry): Schemas['RegistryUpdate'] {
  const { credential, type: _, ...body } = toRegistryBody(draft)
  const accessKey = credential!.access_key!
  const clears = accessKey === '' && known?.credential?.access_key !== ''
  const secret = draft.accessSecret !== '' || clears ? { access_secret: draft.accessSecret } : {}
  return { ...body, access_key: accessKey, ...secret }
}

/** What is typed now, not yet stored; with the id of a stored one its secret stands for one that is not typed. */
export function toPing(draft: RegistryDraft, known: Registry | undefined): Schemas['RegistryPing'] {
  const { url, insecure, ca_certificate, access_key, access_secret } = toRegistryUpdate(draft, known)
  return {
    ...(known && { id: known.id }),
    type: draft.type,
    url,
    insecure,
    ca_certificate,
    access_key,
    access_secret,
  }
}

export const fromRegistry = (found: Registry): RegistryDraft => ({
  name: found.name ?? '',
  description: found.description ?? '',
  type: found.type ?? 'docker-registry',
  url: found.url ?? '',
  accessKey: found.credential?.access_key ?? '',
  accessSecret: '',
  insecure: found.insecure ?? false,
  ca: found.ca_certificate ?? '',
  maxTransfers: String(found.max_transfers ?? 6),
  bandwidth: String(found.bandwidth ?? 0),
})
