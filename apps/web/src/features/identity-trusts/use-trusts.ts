'use client'
import type { OperationId, Schemas } from '@berth/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, useApiQuery } from '@/data/use-api.ts'
import { projectInput } from '@/features/projects/project-input.ts'
import { systemTrustsInput, trustsInput } from './trust-input.ts'

/** Queries to ask again after a change. */
export const trustLists: OperationId[] = ['listIdentityTrusts', 'listSystemIdentityTrusts']

/** The trusts of a robot of a project, or with null of one of the system. */
export function useTrusts(project: string | null, robotId: number) {
  const inProject = useApiQuery('listIdentityTrusts', trustsInput(project ?? '', robotId), {
    enabled: project !== null,
  })
  const inSystem = useApiQuery('listSystemIdentityTrusts', systemTrustsInput(robotId), {
    enabled: project === null,
  })
  return project === null ? inSystem : inProject
}

/** The same three changes at either of the two places that the API has for trusts. */
export function trustCalls(project: string | null) {
  const at = (id: number) => ({ identity_trust_id: id })
  if (project === null)
    return {
      create: (body: Schemas['IdentityTrustInput']) => api.call('createSystemIdentityTrust', { body }),
      update: (id: number, body: Schemas['IdentityTrustInput']) =>
        api.call('updateSystemIdentityTrust', { path: at(id), body }),
      remove: (id: number) => api.call('deleteSystemIdentityTrust', { path: at(id) }),
    }
  const { path, headers } = projectInput(project)
  return {
    create: (body: Schemas['IdentityTrustInput']) => api.call('createIdentityTrust', { path, headers, body }),
    update: (id: number, body: Schemas['IdentityTrustInput']) =>
      api.call('updateIdentityTrust', { path: { ...path, ...at(id) }, headers, body }),
    remove: (id: number) => api.call('deleteIdentityTrust', { path: { ...path, ...at(id) }, headers }),
  }
}

/** A change of trusts as a mutation. */
export function useTrustChange<Input>(run: (input: Input) => Promise<unknown>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: run,
    onSettled: () => Promise.all(trustLists.map((id) => queries.invalidateQueries({ queryKey: [id] }))),
  })
}
