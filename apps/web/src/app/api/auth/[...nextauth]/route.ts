import NextAuth from 'next-auth'
import { authOptions } from '@/server/auth.ts'
import { fromHere } from '@/server/origin.ts'

type Context = { params: Promise<{ nextauth: string[] }> }

async function handle(request: Request, context: Context) {
  return fromHere(request, () => NextAuth(request as never, context as never, authOptions()))
}

export { handle as GET, handle as POST }
