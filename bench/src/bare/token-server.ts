import { generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto'
import { createServer } from 'node:http'

/**
 * What Berth's token door is held against: a server that does nothing but sign an ES256 token of the same size, the
 * cheapest way Node knows (DER out, turned into r||s by hand). No account, no rights, no address is looked at.
 */
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
// As long as Berth's header with its certificate.
const header = Buffer.from(
  JSON.stringify({
    typ: 'JWT',
    alg: 'ES256',
    kid: 'K'.repeat(59),
    x5c: [randomBytes(497).toString('base64')],
  }),
).toString('base64url')
const access = [{ type: 'repository', name: 'bench-001/team/service-001', actions: ['pull', 'push'] }]

function fixedSize(der: Buffer): Buffer {
  const out = Buffer.alloc(64)
  const place = (start: number, end: number) => {
    const length = der[start]!
    const from = length > 32 ? start + 1 + length - 32 : start + 1
    der.copy(out, end - Math.min(length, 32), from, start + 1 + length)
    return start + 1 + length
  }
  place(place(3, 32) + 1, 64)
  return out
}

function token(now: number): string {
  const claims = {
    iss: 'berth-token-issuer',
    aud: 'berth-registry',
    exp: now + 1800,
    nbf: now,
    iat: now,
    jti: randomUUID(),
    sub: 'bench-developer',
    access,
    uid: 2,
    cep: 0,
  }
  const signed = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`
  return `${signed}.${fixedSize(sign('sha256', Buffer.from(signed), privateKey)).toString('base64url')}`
}

const server = createServer((_request, response) => {
  const now = Math.floor(Date.now() / 1000)
  const signed = token(now)
  const body = JSON.stringify({
    token: signed,
    access_token: signed,
    expires_in: 1800,
    issued_at: new Date(now * 1000).toISOString(),
  })
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
  response.end(body)
})
server.listen(0, '127.0.0.1', () =>
  console.log(`listening on ${(server.address() as { port: number }).port}`),
)
