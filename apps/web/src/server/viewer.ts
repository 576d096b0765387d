import { ApiError, type Schemas } from '@berth/contract'
import { cache } from 'react'
import { serverApi } from './api-client.ts'

export type Viewer = Schemas['UserResp'] | null

/** Who is looking; null for visitors without a session. */
export const getViewer = cache(async (): Promise<Viewer> => {
  const api = await serverApi()
  try {
    return (await api.call('getCurrentUserInfo')).data
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null
    throw error
  }
})
