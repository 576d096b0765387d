/** Small choices of a person (shown columns, closed navigation), kept in one cookie so that the server knows them too. */
export const preferencesCookie = 'berth-preferences'
export const themeCookie = 'berth-theme'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

export function readTheme(value: string | undefined): Theme {
  return themes.find((theme) => theme === value) ?? 'system'
}

/** The cookie holds a query string; what is longer than a browser keeps for one cookie is dropped. */
export function readPreferences(value: string | undefined): Record<string, string> {
  return Object.fromEntries(new URLSearchParams((value ?? '').slice(0, 4_000)))
}

export function writePreferences(preferences: Record<string, string>): string {
  return new URLSearchParams(preferences).toString()
}

/** Keeps a choice for a year; readable by the server at the next page view. */
export function setCookie(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing from plain-http origins
  document.cookie = `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=31536000; SameSite=Lax`
}
