/**
 * Where to go after sign-in: a path of this console and nothing else. A browser reads `//host`, `/\host` and
 * control characters in between as another origin, so the path is resolved and compared, not pattern-matched.
 */
export function safeNextPath(wanted: string | string[] | null | undefined): string {
  const home = '/projects'
  if (typeof wanted !== 'string' || !wanted.startsWith('/')) return home
  const origin = 'http://console.invalid'
  const url = URL.parse(wanted, origin)
  if (url === null || url.origin !== origin) return home
  // What was resolved is given back, so that no other reading of the text remains.
  const path = url.pathname + url.search + url.hash
  if (path.startsWith('//') || /^\/(sign-in|api)(\/|\?|#|$)/.test(path)) return home
  return path
}

export function signInPath(next: string): string {
  return `/sign-in?${new URLSearchParams({ next })}`
}
