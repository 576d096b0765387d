import { record } from '../audit/index.ts'
import { SYSTEM } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'

export interface SigningKeyRow {
  id: number
  kid: string
  privateKeyEncrypted: string
  certificatePem: string
  createdAt: Date
  retiredAt: Date | null
  expiresAt: Date
}

/** Every key whose tokens may still be accepted, oldest first. */
export async function readSigningKeys(core: Core): Promise<SigningKeyRow[]> {
  const rows = await core.db.query<{
    id: number
    kid: string
    private_key_encrypted: string
    certificate_pem: string
    created_at: Date
    retired_at: Date | null
    expires_at: Date
  }>(
    `SELECT id, kid, private_key_encrypted, certificate_pem, created_at, retired_at, expires_at
       FROM signing_keys WHERE expires_at > ? ORDER BY id`,
    [new Date(core.now())],
  )
  return rows.map((row) => ({
    id: row.id,
    kid: row.kid,
    privateKeyEncrypted: row.private_key_encrypted,
    certificatePem: row.certificate_pem,
    createdAt: row.created_at,
    retiredAt: row.retired_at,
    expiresAt: row.expires_at,
  }))
}

export interface NewSigningKey {
  kid: string
  privateKeyEncrypted: string
  certificatePem: string
  expiresAt: Date
}

/** Adds a key and retires all others at `now`; what they signed is accepted until `othersExpireAt`. */
export async function insertSigningKey(core: Core, key: NewSigningKey, othersExpireAt: Date): Promise<void> {
  const now = new Date(core.now())
  await core.db.transaction(async (tx) => {
    await tx.signingKey.updateMany({
      where: { retiredAt: null },
      data: { retiredAt: now, expiresAt: othersExpireAt },
    })
    await tx.signingKey.create({ data: { ...key, createdAt: now } })
    const detail = { expires_at: key.expiresAt }
    await record(core, tx, {
      resourceType: 'signing_key',
      action: 'rotate',
      actor: SYSTEM,
      resource: key.kid,
      detail,
    })
  })
}
