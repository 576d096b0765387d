import type { Schemas } from '@berth/contract'

export type ClaimRow = { key: number; path: string; pattern: string }

/** What the form holds. */
export type TrustDraft = {
  name: string
  issuer: string
  /** Empty: Berth's own address. */
  audience: string
  claims: ClaimRow[]
  ca: string
}

export const newTrust: TrustDraft = {
  name: '',
  issuer: '',
  audience: '',
  claims: [{ key: 0, path: 'sub', pattern: '' }],
  ca: '',
}

/** What an issuer's tokens look like; the words in capitals are to be replaced. */
export const templates = {
  github: {
    issuer: 'https://token.actions.githubusercontent.com',
    claims: { sub: 'repo:OWNER/REPOSITORY:ref:refs/heads/main' },
  },
  gitlab: {
    issuer: 'https://gitlab.com',
    claims: { sub: 'project_path:GROUP/PROJECT:ref_type:branch:ref:main' },
  },
  kubernetes: {
    issuer: 'https://kubernetes.example.com',
    claims: { sub: 'system:serviceaccount:NAMESPACE:SERVICE-ACCOUNT' },
  },
} as const
export type Template = keyof typeof templates
export const templateNames = ['github', 'gitlab', 'kubernetes'] as const

export const rowsOf = (claims: Readonly<Record<string, string>>): ClaimRow[] =>
  Object.entries(claims).map(([path, pattern], key) => ({ key, path, pattern }))

export function fromTrust(trust: Schemas['IdentityTrust']): TrustDraft {
  const { name, issuer, audience, claims, ca_certificate: ca = '' } = trust
  return { name, issuer, audience, claims: rowsOf(claims), ca }
}

/** An audience left empty is left out: then it is Berth's own address. */
export function toTrustBody(draft: TrustDraft): Schemas['IdentityTrustInput'] {
  return {
    name: draft.name.trim(),
    issuer: draft.issuer.trim(),
    ...(draft.audience.trim() !== '' && { audience: draft.audience.trim() }),
    claims: Object.fromEntries(
      draft.claims
        .map(({ path, pattern }) => [path.trim(), pattern.trim()] as const)
        .filter(([path]) => path !== ''),
    ),
    ca_certificate: draft.ca.trim(),
  }
}

/** What is wrong, as keys of `identityTrusts.problems`; the API has the last word. */
export type TrustProblem = {
  fieldId: string
  problem: 'name' | 'issuer' | 'claims' | 'pattern' | 'twice' | 'placeholder'
}

export const fieldIds = { name: 'trust-name', issuer: 'trust-issuer', claim: 'trust-claim' }

export function trustProblems({ name, issuer, claims }: TrustDraft): TrustProblem[] {
  const found: TrustProblem[] = []
  if (name.trim() === '') found.push({ fieldId: fieldIds.name, problem: 'name' })
  if (!URL.canParse(issuer.trim())) found.push({ fieldId: fieldIds.issuer, problem: 'issuer' })
  const used = claims.filter(({ path, pattern }) => path.trim() !== '' || pattern.trim() !== '')
  const first = claims[0] ? `${fieldIds.claim}-${claims[0].key}` : fieldIds.name
  if (used.length === 0) found.push({ fieldId: first, problem: 'claims' })
  for (const { key, path, pattern } of used) {
    const fieldId = `${fieldIds.claim}-${key}`
    if (path.trim() === '' || pattern.trim() === '') found.push({ fieldId, problem: 'pattern' })
    else if (isPlaceholder(pattern)) found.push({ fieldId, problem: 'placeholder' })
    if (used.some((other) => other.key < key && other.path.trim() === path.trim()))
      found.push({ fieldId, problem: 'twice' })
  }
  return found
}

/** A template that nobody has filled in would trust nobody, or a stranger who has that name. */
const isPlaceholder = (pattern: string): boolean =>
  Object.values(templates).some(({ claims }) => Object.values<string>(claims).includes(pattern.trim()))
