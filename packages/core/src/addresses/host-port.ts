/** `host:port`, `192.0.2.1:514`, `[::1]:6514`; undefined for anything else. */
export function parseHostPort(text: string): { host: string; port: number } | undefined {
  const found = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9_][A-Za-z0-9._-]{0,252})):(\d{1,5})$/.exec(text.trim())
  const port = Number(found?.[3])
  if (!found || port < 1 || port > 65_535) return undefined
  return { host: (found[1] ?? found[2])!, port }
}

/** Its one form. */
export const writeHostPort = ({ host, port }: { host: string; port: number }): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
