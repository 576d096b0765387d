import { readLastPosition } from '../audit/index.ts'
import { SYSTEM } from '../authorization/index.ts'
import { readConfiguration } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import { CONFIGURED_NAME, parseSyslogAddress } from './model.ts'
import { insertDestination, readDestinations, removeDestination, updateDestinationRow } from './store.ts'

const LOOK_EVERY_MS = 3_000

/**
 * Makes the destination that Harbor's setting names, moves it and takes it away: whoever sets `audit_log_forward_endpoint`
 * need know nothing of destinations.
 */
export async function syncConfigured(core: Core): Promise<void> {
  await core.cache<true>('audit-destinations.configured', LOOK_EVERY_MS, 1).get('', async () => {
    await sync(core)
    return true
  })
}

async function sync(core: Core): Promise<void> {
  const endpoint = (await readConfiguration(core, 'audit_log_forward_endpoint')) as string
  const known = (await readDestinations(core)).find(({ configured }) => configured)
  const line = { resourceType: 'audit_destination', actor: SYSTEM, resource: CONFIGURED_NAME } as const
  if (endpoint === '') {
    if (known) await removeDestination(core, known.id, { ...line, action: 'delete' })
    return
  }
  const address = parseSyslogAddress(endpoint)
  if (known?.address === address) return
  const detail = { address }
  if (known) await updateDestinationRow(core, known.id, { address }, { ...line, action: 'update', detail })
  else {
    const columns = {
      name: CONFIGURED_NAME,
      kind: 'syslog',
      enabled: true,
      address,
      tls: false,
      caPem: null,
      auth: 'none',
      secretEncrypted: null,
      configured: true,
      position: await readLastPosition(core),
    } as const
    await insertDestination(core, columns, { ...line, action: 'create', detail })
  }
}
