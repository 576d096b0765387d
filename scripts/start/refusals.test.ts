import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { root } from './build.ts'
import { takeLock } from './lock.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'berth-test-start-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** `npm start` without npm: what it says and how it ends when it does not start. */
async function start(env: Record<string, string>): Promise<{ status: number | null; said: string }> {
  const child = spawn(process.execPath, [join(root, 'scripts/start.ts')], {
    env: { PATH: process.env.PATH, BERTH_DATA_DIR: directory, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stdout.on('data', (data) => {
    said += data
  })
  child.stderr.on('data', (data) => {
    said += data
  })
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { status, said }
}

it('lists all bad settings and starts nothing', async () => {
  const { status, said } = await start({
    BERTH_PORT: 'http',
    DATABASE_URL: 'oracle://db',
    REDIS_URL: 'redis',
  })
  expect(status).toBe(1)
  expect(said).toContain('3 settings are wrong; Berth was not started.')
  for (const name of ['BERTH_PORT', 'DATABASE_URL', 'REDIS_URL']) expect(said).toContain(`• ${name} `)
})

it('says that the port is taken, and what to do', async () => {
  const other = createServer().listen(0)
  const address = other.address()
  const port = typeof address === 'object' && address ? String(address.port) : ''
  const { status, said } = await start({ BERTH_PORT: port })
  other.close()
  expect(status).toBe(1)
  expect(said).toContain(`Port ${port} is taken by another program (EADDRINUSE)`)
  expect(said).toContain('set BERTH_PORT to a free port')
})

it('names an outside database and Redis that take no connection, before it builds or starts anything', async () => {
  const { status, said } = await start({
    DATABASE_URL: 'mysql://berth:hunter2@127.0.0.1:1/berth',
    REDIS_URL: 'redis://nowhere.invalid',
  })
  expect(status).toBe(1)
  expect(said).toContain('2 settings are wrong; Berth was not started.')
  expect(said).toContain('• DATABASE_URL leads to 127.0.0.1:1, and connections are refused there.')
  expect(said).toContain('• REDIS_URL leads to nowhere.invalid:6379, and that name cannot be resolved.')
  expect(said).not.toContain('hunter2')
  expect(said).not.toContain('…')
})

it('refuses a second start on the same data, naming the first', async () => {
  const lock = await takeLock(`data directory ${directory}`, { waitMs: 0 })
  const { status, said } = await start({ BERTH_PORT: '0' })
  lock.release()
  expect(status).toBe(1)
  expect(said).toContain(`Berth is running on ${directory} already (process ${process.pid})`)
})

it('says that the data directory cannot be written, in the list of all that is wrong', async () => {
  writeFileSync(join(directory, 'file'), '')
  const { status, said } = await start({
    BERTH_DATA_DIR: join(directory, 'file', 'data'),
    BERTH_PORT: 'http',
  })
  expect(status).toBe(1)
  expect(said).toContain('• BERTH_DATA_DIR cannot be written (ENOTDIR; ')
})

it('says so, too, of a place where no directory can be made, and does not wait for one', async () => {
  const { status, said } = await start({ BERTH_DATA_DIR: '/proc/berth/data' })
  expect(status).toBe(1)
  expect(said).toContain('• BERTH_DATA_DIR cannot be written (')
})
