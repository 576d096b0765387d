import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { endProcess, isAlive, ServerStartError, startChild, withFreePort } from './index.ts'

const node = (script: string, ready = /^ready/, readyTimeoutMs = 5_000) =>
  startChild({
    name: 'a part',
    command: process.execPath,
    args: ['-e', script],
    ready,
    readyTimeoutMs,
    stopSignal: 'SIGTERM',
  })

async function until(condition: () => boolean, limitMs = 15_000) {
  for (const end = Date.now() + limitMs; !condition(); await new Promise((r) => setTimeout(r, 10)))
    if (Date.now() > end) throw new Error(`not within ${limitMs} ms`)
}

it('hands the readiness line back and ends in good order', async () => {
  const child = await node(
    "process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000); console.log('ready on 12')",
    /ready on (\d+)/,
  )
  expect(child.readyMatch[1]).toBe('12')
  expect(isAlive(child.pid, ['ready on'])).toBe(true)
  await child.stop()
  expect(await child.exited).toEqual({ code: 7, signal: null })
  await child.stop()
})

it('ends by force what ignores the signal', async () => {
  const child = await node(
    "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('ready')",
  )
  await child.stop(50)
  expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' })
})

it('says what a process printed before it ended too early', async () => {
  const error = await node("console.error('bind: address already in use'); process.exit(3)").catch((e) => e)
  expect(error).toBeInstanceOf(ServerStartError)
  expect(error.message).toBe('a part ended at once (status 3)\n  bind: address already in use')
})

it('gives up on a process that never gets ready, and leaves nothing behind', async () => {
  const error = await node(
    "console.log('pid ' + process.pid); setInterval(() => {}, 1000)",
    /ready/,
    500,
  ).catch((e) => e)
  expect(error.message).toContain('not ready within 0.5 s')
  expect(isAlive(Number(error.lines[0].split(' ')[1]), [])).toBe(false)
})

it('says that a command does not exist', async () => {
  await expect(
    startChild({ name: 'x', command: '/nonexistent/x', args: [], ready: /^up/, stopSignal: 'SIGTERM' }),
  ).rejects.toThrow(ServerStartError)
})

it('ends children whose parent was killed with SIGKILL', async () => {
  const script = `
    import { startChild } from ${JSON.stringify(import.meta.resolve('./child.ts'))}
    const child = await startChild({ name: 'x', command: process.execPath, stopSignal: 'SIGTERM', ready: /ready/,
      args: ['-e', "setInterval(() => {}, 1000); console.log('ready')"] })
    console.log(child.pid)`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(createInterface({ input: parent.stdout }), 'line')
  const pid = Number(line)
  expect(isAlive(pid, ['ready'])).toBe(true)
  parent.kill('SIGKILL')
  await until(() => !isAlive(pid, ['ready']))
})

it('takes another port when somebody was faster', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const busy = (taken.address() as AddressInfo).port
  const tried: number[] = []
  const listen = (port: number) =>
    node(`require('node:http').createServer().listen(${port}, '127.0.0.1', () => console.log('ready'))`)
  const child = await withFreePort((port) => {
    tried.push(port)
    return listen(tried.length === 1 ? busy : port)
  })
  expect(tried).toHaveLength(2)
  await child.stop()
  taken.close()
})

it('passes on errors that have nothing to do with ports', async () => {
  let starts = 0
  const attempt = withFreePort(() => {
    starts++
    return node("console.error('disk full'); process.exit(1)")
  })
  await expect(attempt).rejects.toThrow('disk full')
  expect(starts).toBe(1)
})

it('tells a process from another one that got its number later', async () => {
  expect(isAlive(process.pid, [])).toBe(true)
  expect(isAlive(process.pid, ['certainly-not-in-our-command-line'])).toBe(false)
  for (const pid of [0, -1, 1, Number.NaN, 2 ** 30]) expect(isAlive(pid, [])).toBe(false)
})

it('ends a process that is not our child', async () => {
  const child = await node(
    "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('ready')",
  )
  await endProcess(child.pid, 'SIGTERM', 50)
  expect(isAlive(child.pid, [])).toBe(false)
})
