/** Where a stored secret is sent, and how it is protected on its way. */
export interface Way {
  /** Written so that the same one is the same text. Empty: it is sent nowhere. */
  servers: readonly string[]
  /** What keeps others from reading it, or from taking it in the server's place. */
  protections: Readonly<Record<string, boolean>> & { verified: boolean }
  /** Whose certificates are believed, in PEM; empty: those that everybody believes. */
  authorities: string
}

/**
 * A stored secret goes to the servers that it was stored for, as protected as it was, and to no others: whoever may set
 * settings must not get to read it. What this refuses needs the secret given again.
 */
export function mayGo(stored: Way, next: Way): boolean {
  if (next.servers.length === 0) return true
  const { servers, protections, authorities } = stored
  return (
    next.servers.every((server) => servers.includes(server)) &&
    Object.entries(protections).every(([name, was]) => !was || next.protections[name] === true) &&
    // With an authority of their own anybody can take the server's place.
    (!protections.verified || next.authorities === authorities)
  )
}
