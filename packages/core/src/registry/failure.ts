import { NotFoundError, RateLimitedError, RegistryError, UnavailableError } from '@berth/registry-client'
import { DomainError } from '../errors/index.ts'

/** What a caller may know of a failed request to the registry; everything else is passed on as it is. */
export function registryFailure(error: unknown): unknown {
  if (!(error instanceof RegistryError)) return error
  const options = {
    cause: error,
    ...(error.retryAfterMs === undefined ? {} : { retryAfterSeconds: Math.ceil(error.retryAfterMs / 1_000) }),
  }
  if (error instanceof NotFoundError)
    return new DomainError('NOT_FOUND', 'the registry does not have it', options)
  if (error instanceof UnavailableError || error instanceof RateLimitedError)
    return new DomainError('UNAVAILABLE', 'the registry does not answer; try again', options)
  if (error.code === 'UNSUPPORTED')
    return new DomainError('UNSUPPORTED', 'the registry does not allow this', options)
  return new DomainError('UNKNOWN', 'the registry refused', options)
}

/** Runs a request to the registry and turns its failure into a DomainError. */
export async function askRegistry<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request()
  } catch (error) {
    throw registryFailure(error)
  }
}
