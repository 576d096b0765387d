import type { Core } from '@berth/core'
import { isReadOnly } from '@berth/core/read-only'
import { projectOf, type Scope } from '@berth/core/tokens'

/** A registry that clients reach directly asks nobody but the token: what is read-only gives none for changes. */
export async function withoutWithheld(core: Core, scopes: readonly Scope[]): Promise<Scope[]> {
  const readOnly = new Map<string, boolean>()
  const given: Scope[] = []
  for (const scope of scopes) {
    const name = scope.type === 'repository' ? projectOf(scope.name) : undefined
    if (scope.type !== 'repository' || name === undefined || scope.actions.every((one) => one === 'pull')) {
      given.push(scope)
      continue
    }
    if (!readOnly.has(name)) readOnly.set(name, await isReadOnly(core, { name }))
    const actions = scope.actions.filter((action) => action === 'pull' || !readOnly.get(name))
    if (actions.length > 0) given.push({ ...scope, actions })
  }
  return given
}
