import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { isAlive, postgresBinaries, startPostgresServer, unprivilegedAccount } from './index.ts'

const settings = { fsync: 'off' }
/** Holds a data directory that was made once and ended in good order: making one takes seconds. */
let made: string
let directory: string
beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), 'berth-test-server-'))
  const server = await startPostgresServer({ dataDir: join(made, 'pg'), user: 'berth', settings })
  await server.stop()
})
afterAll(() => rmSync(made, { recursive: true, force: true }))
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'berth-test-server-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** Options for a server that has run before. */
function known() {
  const dataDir = join(directory, 'pg')
  // With its owner and modes, which Postgres insists on.
  execFileSync('cp', ['-a', join(made, 'pg'), dataDir])
  return { dataDir, user: 'berth', settings }
}

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
  const options = known()
  const first = await startPostgresServer(options)
  const second = await startPostgresServer(options)
  expect(isAlive(first.pid, ['postgres', directory])).toBe(false)
  expect(isAlive(second.pid, ['postgres', directory])).toBe(true)
  await second.stop()
})

it('starts again at once after being killed', async () => {
  const options = known()
  const first = await startPostgresServer(options)
  await first.stop(0)
  const second = await startPostgresServer(options)
  await second.stop()
})

it.each([
  [
    'that is dead and that nobody has reaped',
    // It dies only once its parent is a program that reaps nobody; a shell may reap it.
    `sh -c 'until grep -q sleep /proc/$PPID/comm; do sleep 0.1; done; kill -9 $$' & echo $!; exec sleep 60`,
    /\) Z /,
  ],
  ['of another program', 'sleep 60 & echo $!; wait', /\(sleep\) S /],
])('starts after being killed, although its lock names a process %s', async (_, script, state) => {
  const options = known()
  await (await startPostgresServer(options)).stop(0)
  // Postgres minds only processes of its own account.
  const { uid, gid } = unprivilegedAccount([]) ?? {}
  const shell = spawn('sh', ['-c', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
    cwd: '/',
    ...(uid === undefined ? {} : { uid, gid }),
  })
  try {
    const [pid] = await once(shell.stdout, 'data')
    await vi.waitFor(() => expect(readFileSync(`/proc/${Number(pid)}/stat`, 'utf8')).toMatch(state))
    const lock = join(options.dataDir, 'postmaster.pid')
    writeFileSync(lock, readFileSync(lock, 'utf8').replace(/^\d+/, String(Number(pid))))
    const server = await startPostgresServer(options)
    await server.stop()
  } finally {
    process.kill(-shell.pid!, 'SIGKILL')
  }
})

it('begins anew after an interrupted first start', async () => {
  const dataDir = join(directory, 'pg')
  mkdirSync(dataDir)
  writeFileSync(join(dataDir, 'half-written'), '')
  const server = await startPostgresServer({ dataDir, user: 'berth', settings })
  await server.stop()
})
