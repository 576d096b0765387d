'use client'
import { ApiError, type Schemas } from '@berth/contract'
import { useRouter } from 'next/navigation'
import { useApiMutation } from '@/data/use-api.ts'
import type { WalkArea } from './walk-input.ts'

/** Starts a walk and goes to its page. `busy`: another one of its kind has not ended. */
export function useStartWalk(area: WalkArea) {
  const router = useRouter()
  const start = useApiMutation('startRegistryWalk', ['listRegistryWalks'])
  const busy = start.error instanceof ApiError && start.error.status === 409
  return {
    isPending: start.isPending,
    busy,
    error: busy ? null : start.error,
    start: (body: Schemas['RegistryWalkReq']) =>
      start.mutate(
        { body },
        {
          onSuccess: ({ headers }) => {
            const id = headers.get('location')?.split('/').at(-1)
            router.push(id ? `/registry/${area}/${id}` : `/registry/${area}`)
          },
        },
      ),
  }
}
