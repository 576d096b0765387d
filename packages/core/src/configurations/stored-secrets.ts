/** Where a stored secret is sent, and how it is protected on its way. */
export interface Way {
  /** Empty: it is sent nowhere. */
  servers: readonly string[]
  /** What keeps others from reading it, or from taking it in the server's place. */
  protections: Readonly<Record<string, boolean>>
}

/**
 * A stored secret goes to the servers that it was stored for, as protected as it was, and to no others: whoever may set
 * settings must not get to read it. What this refuses needs the secret given again.
 */
export function mayGo(stored: Way, next: Way): boolean {
  const known = new Set(stored.servers.map((server) => server.toLowerCase()))
  return (
    next.servers.every((server) => known.has(server.toLowerCase())) &&
    (next.servers.length === 0 ||
      Object.entries(stored.protections).every(([name, was]) => !was || next.protections[name] === true))
  )
}
