import { cookies } from 'next/headers'
import { newcomerName } from './core.ts'
import { getCore } from './running.ts'
import { newcomerCookie } from './visit.ts'

/** The name that the provider gives somebody who has to choose one here; undefined for everybody else. */
export async function getNewcomerName(): Promise<string | undefined> {
  const secret = (await cookies()).get(newcomerCookie)?.value
  return secret ? newcomerName(getCore(), secret) : undefined
}
