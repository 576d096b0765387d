import { basePath, type Client, createClient } from '@berth/contract'
import { cookies, headers } from 'next/headers'
import { cache } from 'react'
import { env } from '../env.ts'
import { handleApi } from './api.ts'

/**
 * The contract's client for this page view: it calls the API in this process, with the visitor's cookie and
 * address, so that a page can never see more than its visitor may.
 */
export const serverApi = cache(async (): Promise<Client> => {
  const sid = (await cookies()).get('sid')?.value
  const incoming = await headers()
  const passed: Record<string, string> = {}
  if (sid) passed.cookie = `sid=${sid}`
  for (const name of ['x-forwarded-for', 'x-request-id', 'user-agent']) {
    const value = incoming.get(name)
    if (value) passed[name] = value
  }
  return createClient({
    baseUrl: env().externalUrl + basePath,
    headers: passed,
    fetch: (input, init) => handleApi(new Request(input, init)),
  })
})
