import { addresses } from './generated/addresses.ts'
import type { OperationId } from './operation.ts'

export function addressOf(operationId: OperationId): { method: string; path: string } {
  const [method = '', path = ''] = addresses[operationId].split(' ')
  return { method, path }
}

interface Values {
  path?: Record<string, string | number>
  query?: Record<string, string | number | boolean | undefined>
}

/** The address of an operation beneath the base, with its query. */
export function pathOf(operationId: OperationId, input: Values = {}): string {
  const path = addressOf(operationId).path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = input.path?.[name]
    if (value === undefined || value === '') throw new TypeError(`${operationId} needs ${name}`)
    const once = encodeURIComponent(value)
    // Proxies decode %2F on the way, so a repository's slashes are encoded a second time.
    return name === 'repository_name' ? encodeURIComponent(once) : once
  })
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(input.query ?? {})) {
    if (value !== undefined) query.set(name, String(value))
  }
  return query.size > 0 ? `${path}?${query}` : path
}
