import { InvalidReferenceError, ManifestError, RegistryError } from '@berth/registry-client'
import { isUnavailable } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'
import type { CopyResult } from './copying/index.ts'

/** What transfers come to, and why they fail or wait: words for programs, beside the sentences for people. */
export const reasons = [
  // Done.
  'copied',
  'in_step',
  'partly',
  'kept',
  'superseded',
  'not_meant',
  'deleted',
  'nothing_to_delete',
  'stays',
  // Failed, or waiting to be tried again.
  'unauthorized',
  'denied',
  'no_project',
  'not_found',
  'protected',
  'too_large',
  'rate_limited',
  'unavailable',
  'certificate',
  'spoilt',
  'name_invalid',
  'manifest_invalid',
  'unsupported',
  'refused',
  'database',
  'own_fault',
  'vanished',
  'doubtful',
  'late',
  'given_up',
  // Of what is compared: names that are not valid, and a filter for labels where there are none.
  'left_out',
  'no_labels',
  // Stopped.
  'stopped',
  'elsewhere',
] as const
export type Reason = (typeof reasons)[number]

/** Codes of registries, of registry-client and of Berth itself. */
const byCode: Readonly<Record<string, Reason>> = {
  UNAUTHORIZED: 'unauthorized',
  DENIED: 'denied',
  FORBIDDEN: 'denied',
  REALM_NOT_ALLOWED: 'denied',
  LOCATION_NOT_ALLOWED: 'denied',
  NAME_UNKNOWN: 'not_found',
  NOT_FOUND: 'not_found',
  MANIFEST_UNKNOWN: 'not_found',
  BLOB_UNKNOWN: 'not_found',
  MANIFEST_BLOB_UNKNOWN: 'not_found',
  PRECONDITION: 'protected',
  REQUEST_ENTITY_TOO_LARGE: 'too_large',
  SIZE_INVALID: 'too_large',
  BODY_TOO_LARGE: 'too_large',
  TOOMANYREQUESTS: 'rate_limited',
  TOO_MANY_REQUEST: 'rate_limited',
  UNAVAILABLE: 'unavailable',
  TIMEOUT: 'unavailable',
  CERTIFICATE_EXPIRED: 'certificate',
  CERTIFICATE_NOT_TRUSTED: 'certificate',
  CERTIFICATE_WRONG_NAME: 'certificate',
  TLS_FAILED: 'certificate',
  DIGEST_MISMATCH: 'spoilt',
  DIGEST_INVALID: 'spoilt',
  INVALID_ANSWER: 'spoilt',
  NAME_INVALID: 'name_invalid',
  MANIFEST_INVALID: 'manifest_invalid',
  UNSUPPORTED: 'unsupported',
}

/** Registries choose codes of their own as well. */
const byStatus: Readonly<Record<number, Reason>> = {
  401: 'unauthorized',
  403: 'denied',
  404: 'not_found',
  412: 'protected',
  413: 'too_large',
  429: 'rate_limited',
  501: 'unsupported',
}

/**
 * Why something failed.
 *
 * @param toProject it was sent to a registry that takes all but what belongs to no project: what it does not know then is no repository
 */
export function reasonOf(error: unknown, { toProject = false }: { toProject?: boolean } = {}): Reason {
  if (error instanceof RegistryError) {
    const { code, status = 0 } = error
    if (toProject && code === 'NAME_UNKNOWN') return 'no_project'
    return byCode[code] ?? byStatus[status] ?? (status >= 500 ? 'unavailable' : 'refused')
  }
  if (error instanceof DomainError) return byCode[error.code] ?? 'refused'
  if (error instanceof InvalidReferenceError) return 'name_invalid'
  if (error instanceof ManifestError) return 'manifest_invalid'
  return isUnavailable(error) ? 'database' : 'own_fault'
}

/** What a copy came to. */
export function reasonOfCopy({ outcome, warnings }: Pick<CopyResult, 'outcome' | 'warnings'>): Reason {
  if (outcome === 'skipped') return 'kept'
  if (warnings.length > 0) return 'partly'
  return outcome === 'inStep' ? 'in_step' : 'copied'
}

/** What several came to together. */
export function together(before: Reason | undefined, next: Reason): Reason {
  if (before === undefined || before === next) return next
  const arrived: readonly Reason[] = ['copied', 'in_step']
  return arrived.includes(before) && arrived.includes(next) ? 'copied' : 'partly'
}
