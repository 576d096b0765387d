import { type ChildProcess, spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { quietPort } from '@berth/servers'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

// Of the example of examples/redeploy: what happens when its command fails. All else: redeploy.db.test.ts.

const secret = 'whsec_test'
const digest = `sha256:${'a'.repeat(64)}`
let folder: string
let port: number
let receiver: ChildProcess
let said = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-redeploy-'))
  port = await quietPort()
  const deploy =
    "import fs from 'node:fs'\nfs.appendFileSync('ran', 'x')\nprocess.exit(fs.existsSync('broken') ? 1 : 0)\n"
  await writeFile(join(folder, 'deploy.mjs'), deploy)
  await writeFile(join(folder, 'broken'), '')
  const script = join(import.meta.dirname, '../../../../examples/redeploy/receiver.mjs')
  const options = ['--repository', 'shop/web', '--listen', `127.0.0.1:${port}`, '--retries', '0.01,0.01']
  receiver = spawn(process.execPath, [script, ...options, '--', process.execPath, 'deploy.mjs'], {
    cwd: folder,
    env: { PATH: process.env.PATH, WEBHOOK_SECRET: secret },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [receiver.stdout!, receiver.stderr!])
    stream.on('data', (chunk) => {
      said += chunk
    })
  await vi.waitFor(() => expect(said).toContain('listening'), 15_000)
})
afterAll(async () => {
  receiver.kill()
  await rm(folder, { recursive: true })
})

async function tell(id: string): Promise<void> {
  const body = JSON.stringify({
    type: 'PUSH_ARTIFACT',
    occur_at: 1_800_000_000,
    event_data: {
      repository: { repo_full_name: 'shop/web' },
      resources: [{ tag: 'latest', digest, resource_url: 'registry.example/shop/web:latest' }],
    },
  })
  const seconds = Math.floor(Date.now() / 1_000)
  const mac = createHmac('sha256', secret).update(`${seconds}.${id}.${body}`).digest('hex')
  const headers = { 'berth-webhook-id': id, 'berth-signature': `t=${seconds},v1=${mac}` }
  const { status } = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body })
  expect(status).toBe(202)
}
const until = async (givenUp: number, runs: number) => {
  await vi.waitFor(() => expect(said.split('given up')).toHaveLength(givenUp + 1), 15_000)
  await vi.waitFor(async () => expect(await readFile(join(folder, 'ran'), 'utf8')).toHaveLength(runs), 15_000)
}

test('a command that was given up is run again when its push is told again, and once it has worked no more', async () => {
  await tell('one')
  await until(1, 3)
  await tell('one')
  await until(2, 6)
  await rm(join(folder, 'broken'))
  // The same push made once more.
  await tell('two')
  await until(2, 7)
  await vi.waitFor(() => expect(said).toContain('deployed'), 15_000)
  await tell('one')
  await tell('three')
  await until(2, 7)
})
