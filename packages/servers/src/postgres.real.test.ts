import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { isAlive, postgresBinaries, startPostgresServer } from './index.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'berth-test-server-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const settings = { fsync: 'off' }

it('starts below a directory that only its owner may enter, as a clone under /root is', async () => {
  chmodSync(directory, 0o700)
  cpSync(join(postgresBinaries(), '..'), join(directory, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  })
  const binaries = join(directory, 'native', 'bin')
  const server = await startPostgresServer({
    dataDir: join(directory, 'pg'),
    user: 'berth',
    binaries,
    settings,
  })
  expect(isAlive(server.pid, ['postgres', directory])).toBe(true)
  await server.stop()
})

it('ends a server left on the same data before it starts another', async () => {
  const options = { dataDir: join(directory, 'pg'), user: 'berth', settings }
  const first = await startPostgresServer(options)
  const second = await startPostgresServer(options)
  expect(isAlive(first.pid, ['postgres', directory])).toBe(false)
  expect(isAlive(second.pid, ['postgres', directory])).toBe(true)
  await second.stop()
})

it('starts again at once after being killed', async () => {
  const options = { dataDir: join(directory, 'pg'), user: 'berth', settings }
  const first = await startPostgresServer(options)
  await first.stop(0)
  const second = await startPostgresServer(options)
  await second.stop()
})

it('begins anew after an interrupted first start', async () => {
  const dataDir = join(directory, 'pg')
  const { mkdirSync, writeFileSync } = await import('node:fs')
  mkdirSync(dataDir)
  writeFileSync(join(dataDir, 'half-written'), '')
  const server = await startPostgresServer({ dataDir, user: 'berth', settings })
  await server.stop()
})
