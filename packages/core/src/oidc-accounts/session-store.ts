import type { Core } from '../context/index.ts'

export async function insertOidcSession(core: Core, sessionId: string, idToken: string): Promise<void> {
  const sealedToken = core.secrets.encrypt('oidc-tokens', idToken)
  await core.db.prisma.oidcSession.create({ data: { sessionId, idToken: sealedToken } })
}

export async function readIdToken(core: Core, sessionId: string): Promise<string | undefined> {
  const row = await core.db.prisma.oidcSession.findUnique({ where: { sessionId } })
  return row ? core.secrets.decrypt('oidc-tokens', row.idToken) : undefined
}
