import { type NextRequest, NextResponse } from 'next/server'
import { signInPath } from './features/sessions/next-path.ts'

/** Pages that make no sense without a person; the API decides what the person may see there. */
const personal = /^\/(users|labels|profile|audit-log|notices)(\/|$)/

/**
 * Sends visitors without a session cookie to sign-in, and gives every page its content policy with a fresh nonce,
 * which Next puts on its own scripts.
 */
export function proxy(request: NextRequest): NextResponse {
  const { pathname, search } = request.nextUrl
  if (personal.test(pathname) && !request.cookies.has('sid')) {
    // Next makes this relative again, so that it holds whatever host the browser used.
    return NextResponse.redirect(new URL(signInPath(pathname + search), request.nextUrl))
  }
  const nonce = btoa(crypto.randomUUID())
  const policy = contentPolicy(nonce)
  const headers = new Headers(request.headers)
  headers.set('content-security-policy', policy)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  return response
}

function contentPolicy(nonce: string): string {
  // React's development build evaluates text to rebuild server stacks.
  // biome-ignore lint/style/noProcessEnv: a constant of the build, not a setting
  const development = process.env.NODE_ENV === 'development' ? " 'unsafe-eval'" : ''
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development}`,
    `style-src 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    // Column widths and popover positions are style attributes; they can load nothing.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

export const config = { matcher: ['/((?!api/|_next/|icon.svg).*)'] }
