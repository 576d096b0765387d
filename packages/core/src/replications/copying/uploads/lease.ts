import { randomUUID } from 'node:crypto'
import type { Digest, RepositoryName, UploadSession } from '@berth/registry-client'
import type { Core } from '../../../context/index.ts'
import { claimUpload, finishUpload, type HeldUpload, releaseUpload, renewUpload } from './store.ts'

const LEASE_MS = 15_000
const RENEW_MS = 4_000

/** The place of one blob on its way to one registry, held by this process. */
export interface UploadLease {
  /** Ends the transfer when the place was lost: another worker sends the blob now. */
  readonly signal: AbortSignal
  /** What somebody before got to, in the same repository. */
  readonly resume: UploadSession | undefined
  progress(session: UploadSession, confirmedBytes: number): Promise<void>
  finish(): Promise<void>
  /** `keep`: what the registry has of it is for whoever comes next. */
  release(keep: boolean): Promise<void>
}

/** Who sends a blob: where it gets it from, and at how many kilobits per second at most; 0: no limit. */
export interface Sender {
  sourceId: number
  speedKbps: number
}

/** `busy`: the one who sends it; undefined if that is not known. */
export type Lease = UploadLease | { busy: Sender | undefined } | { there: RepositoryName }

/** @param notFrom where it cannot be mounted from: said to be there, it is to be sent all the same */
export async function leaseUpload(
  core: Core,
  blob: { registryId: number; digest: Digest; repository: RepositoryName } & Sender,
  notFrom: ReadonlySet<RepositoryName>,
): Promise<Lease> {
  const wanted = { ...blob, holder: holderOf(blob), leaseMs: LEASE_MS }
  const claim = await claimUpload(core, wanted, notFrom)
  if (claim.kind === 'busy') return { busy: claim.holder === undefined ? undefined : senderOf(claim.holder) }
  if (claim.kind === 'there') return { there: claim.repository }
  // An upload belongs to the repository it was begun in.
  const begun = claim.repository === blob.repository ? claim.begun : undefined
  return hold(core, claim.held, begun && openSession(core, begun))
}

/** Its name says who it is: 36 characters, as the column has. */
const holderOf = ({ sourceId, speedKbps }: Sender) =>
  `${sourceId}-${speedKbps}-${randomUUID().replaceAll('-', '')}`.slice(0, 36).padEnd(36, '0')

/** Workers of a version before tell no limit. */
function senderOf(holder: string): Sender {
  const [sourceId, speedKbps, rest] = holder.split('-')
  return { sourceId: Number(sourceId), speedKbps: rest === undefined ? 0 : Number(speedKbps) }
}

function hold(core: Core, held: HeldUpload, resume: UploadSession | undefined): UploadLease {
  const lost = new AbortController()
  let heldUntil = core.now() + LEASE_MS
  const renew = async (progress?: Parameters<typeof renewUpload>[3]) => {
    const until = core.now() + LEASE_MS
    // A database that is away for a moment is no reason to stop, as long as the lease runs.
    const renewed = await renewUpload(core, held, LEASE_MS, progress).catch(
      () => core.now() < heldUntil && 'later',
    )
    if (renewed === true) heldUntil = until
    if (renewed === false) lost.abort(new Error('another worker sends this blob now'))
  }
  const timer = setInterval(() => void renew(), RENEW_MS)
  timer.unref()
  return {
    signal: lost.signal,
    resume,
    async progress(session, confirmedBytes) {
      const sealedLocation = core.secrets.encrypt('replication-uploads', session.location.href)
      await renew({ sealedLocation, minChunkBytes: session.minChunkBytes, offsetBytes: confirmedBytes })
    },
    async finish() {
      clearInterval(timer)
      await finishUpload(core, held)
    },
    async release(keep) {
      clearInterval(timer)
      await releaseUpload(core, held, keep)
    },
  }
}

/** Undefined for what was sealed with another key. */
function openSession(
  core: Core,
  { sealedLocation, minChunkBytes }: { sealedLocation: string; minChunkBytes: number },
): UploadSession | undefined {
  try {
    return { location: new URL(core.secrets.decrypt('replication-uploads', sealedLocation)), minChunkBytes }
  } catch {
    return undefined
  }
}
