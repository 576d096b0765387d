import type { Core } from '../context/index.ts'
import { badRequest } from '../errors/index.ts'

/** The secret of a registry in the clear; empty without one. @throws DomainError BAD_REQUEST for one of another key */
export function readSecret(core: Core, { accessSecret }: { accessSecret: string | null }): string {
  if (accessSecret === null) return ''
  try {
    return core.secrets.decrypt('registries', accessSecret)
  } catch {
    throw badRequest('the secret of the registry cannot be read with this BERTH_SECRET_KEY; give it again')
  }
}
