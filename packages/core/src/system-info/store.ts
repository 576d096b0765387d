import { randomUUID } from 'node:crypto'
import type { Core } from '../context/index.ts'

const NAME = 'instance_id'
const HOUR_MS = 3_600_000

/** What this Berth calls itself to others, on all its nodes and for ever: a UUID. */
export const readInstanceId = async (core: Core): Promise<string> =>
  (await core.cache<string>('system-info.instance', HOUR_MS, 1).get('', async () => {
    const known = await read(core)
    if (known !== undefined) return known
    const data = [{ name: NAME, value: randomUUID() }]
    await core.db.prisma.systemProperty.createMany({ data, skipDuplicates: true })
    return read(core)
  }))!

async function read(core: Core): Promise<string | undefined> {
  const row = await core.db.prisma.systemProperty.findUnique({ where: { name: NAME } })
  return typeof row?.value === 'string' ? row.value : undefined
}
