import type { Core } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'
import { Turns } from '../turns/index.ts'
import { type Registry, type RegistryStatus, toEndpoint } from './model.ts'
import { openPeer } from './open.ts'
import { type Finding, probe } from './probe.ts'
import { readSecret } from './secret.ts'
import { type Checked, claimCheck, findUnchecked, readRegistry, writeCheck } from './store.ts'

const EVERY_MS = 5 * 60_000
/** Dead hosts keep a place for fifteen seconds each; so many of them do not hold up the others. */
const AT_ONCE = 16
const MAX_A_LOOK = 500
const MAX_MESSAGE_LENGTH = 1_024

export interface HealthChange {
  registry: string
  status: RegistryStatus
  message: string
}

/** Looks at every registry that was not looked at for five minutes, each once on however many nodes; gives what changed. */
export async function checkRegistries(core: Core, signal: AbortSignal): Promise<HealthChange[]> {
  const since = new Date(core.now() - EVERY_MS)
  const turns = new Turns(AT_ONCE)
  const due = await findUnchecked(core, since, MAX_A_LOOK)
  const changes = await Promise.all(
    due.map((registry) =>
      turns.run(async () => {
        if (signal.aborted || !(await claimCheck(core, registry))) return undefined
        return checkOne(core, registry, signal)
      }),
    ),
  )
  return changes.filter((change) => change !== undefined)
}

async function checkOne(
  core: Core,
  registry: Registry,
  signal: AbortSignal,
): Promise<HealthChange | undefined> {
  const found = toChecked(await probeStored(core, registry, signal), registry.instanceId)
  const written = await writeCheck(core, registry, found)
  if (!written || found.status === registry.status) return undefined
  return { registry: registry.name, status: found.status, message: found.statusMessage }
}

/**
 * The registry as it is now, asked who it is: at the same address may be another Berth by now, with which nothing was agreed.
 * Undefined when it was removed.
 *
 * @throws RegistryError
 */
export async function recognise(
  core: Core,
  registry: Registry,
  signal: AbortSignal,
): Promise<Registry | undefined> {
  const peer = await openPeer(core, registry)
  if (!peer) return registry
  const { instanceId = null } = await peer.systemInfo({ signal })
  if (instanceId === registry.instanceId) return registry
  await writeCheck(core, registry, {
    status: registry.status,
    statusMessage: registry.statusMessage,
    statusReason: registry.statusReason,
    instanceId,
  })
  return readRegistry(core, registry.id)
}

/** As `probe`, of one that is stored. */
export async function probeStored(core: Core, registry: Registry, signal?: AbortSignal): Promise<Finding> {
  let secret: string
  try {
    secret = readSecret(core, registry)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return { healthy: false, reason: 'unusable', message: error.message }
  }
  return probe(core, { ...registry, endpoint: toEndpoint(registry, secret) }, signal)
}

/** An instance that does not answer is still the one that it was. */
export const toChecked = (found: Finding, known: string | null = null): Checked =>
  found.healthy
    ? { status: 'healthy', statusMessage: '', statusReason: '', instanceId: found.instanceId ?? null }
    : {
        status: 'unhealthy',
        statusMessage: found.message.slice(0, MAX_MESSAGE_LENGTH),
        statusReason: found.reason,
        instanceId: known,
      }
