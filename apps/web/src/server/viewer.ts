import { ApiError, type Schemas } from '@berth/contract'
import { cache } from 'react'
import { serverApi } from './api-client.ts'

export type Viewer = Schemas['UserResp'] | null

const load = cache(async (): Promise<{ viewer: Viewer; csrfToken: string | null }> => {
  const api = await serverApi()
  try {
    const { data, headers } = await api.call('getCurrentUserInfo')
    // The console asks one question; whether a group outside or Berth itself answers it is for the list of people.
    const sysadmin_flag = data.sysadmin_flag || data.admin_role_in_auth === true
    return { viewer: { ...data, sysadmin_flag }, csrfToken: headers.get('x-harbor-csrf-token') }
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return { viewer: null, csrfToken: null }
    throw error
  }
})

/** Who is looking; null for visitors without a session. */
export async function getViewer(): Promise<Viewer> {
  return (await load()).viewer
}

/** What the browser must send with calls that change something; null without a session. */
export async function getCsrfToken(): Promise<string | null> {
  return (await load()).csrfToken
}
