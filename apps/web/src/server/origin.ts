import { withOrigin } from './core.ts'

/** What sign-in and sign-out record is recorded as asked for by this request. */
export const fromHere = <T>({ headers }: Request, run: () => T): T =>
  withOrigin(
    {
      // Written by the gateway, which is the only one that reaches the console.
      address: headers.get('x-forwarded-for')?.split(',')[0]?.trim() ?? '',
      userAgent: headers.get('user-agent') ?? '',
      requestId: headers.get('x-request-id') ?? '',
    },
    run,
  )
