import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive, startChild } from '@berth/servers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSupervisor, endNoted, notePid, type Part, type Supervisor } from './supervisor.ts'

let runDir: string
let told: string[]
let supervisor: Supervisor
beforeEach(() => {
  runDir = mkdtempSync(join(tmpdir(), 'berth-test-run-'))
  told = []
  supervisor = createSupervisor({
    runDir,
    tell: (text) => told.push(text),
    firstPauseMs: 10,
    longestPauseMs: 40,
  })
})
afterEach(async () => {
  await supervisor.stopAll(1_000)
  rmSync(runDir, { recursive: true, force: true })
})

const idle = "setInterval(() => {}, 1000); console.log('up')"
const node = (script: string) =>
  startChild({
    name: 'child',
    command: process.execPath,
    args: ['-e', script],
    ready: /^up/,
    stopSignal: 'SIGTERM',
  })
const part = (name: string, script = idle): Part => ({ name, start: () => node(script) })
const pidOf = (name: string) => Number(readFileSync(join(runDir, `${name}.pid`), 'utf8').split('\n')[0])

async function until(condition: () => boolean, limitMs = 15_000) {
  for (const end = Date.now() + limitMs; !condition(); await new Promise((r) => setTimeout(r, 10)))
    if (Date.now() > end) throw new Error(`not within ${limitMs} ms; told: ${told.join(' | ')}`)
}

describe('a supervised part', () => {
  it('comes back after a crash, under a new pid that is written down', async () => {
    const first = await supervisor.run(part('registry'))
    expect(pidOf('registry')).toBe(first.pid)
    process.kill(first.pid, 'SIGKILL')
    await until(() => told.includes('registry runs again'))
    expect(told[0]).toBe('registry ended (SIGKILL); starting it again')
    expect(pidOf('registry')).not.toBe(first.pid)
    expect(isAlive(pidOf('registry'), ['up'])).toBe(true)
  })

  it('is tried again until it starts, with growing pauses', async () => {
    const starts: number[] = []
    const flaky: Part = {
      name: 'web',
      start: () => {
        starts.push(Date.now())
        if (starts.length > 1 && starts.length < 5) return Promise.reject(new Error('port taken'))
        return node(idle)
      },
    }
    const first = await supervisor.run(flaky)
    process.kill(first.pid, 'SIGKILL')
    await until(() => told.includes('web runs again'))
    expect(told.filter((text) => text === 'web does not start: port taken')).toHaveLength(3)
    expect(starts[4]! - starts[3]!).toBeGreaterThanOrEqual(35)
  })

  it('that does not start at all makes the start fail, and is not tried again', async () => {
    await expect(
      supervisor.run(part('jobs', "console.error('no database'); process.exit(1)")),
    ).rejects.toThrow('no database')
    expect(existsSync(join(runDir, 'jobs.pid'))).toBe(false)
    expect(told).toEqual([])
  })

  it('that dies again and again is reported with the number of its deaths', async () => {
    const crashes: number[] = []
    const restless = createSupervisor({
      runDir,
      tell: () => {},
      onCrash: (_, times) => crashes.push(times),
      firstPauseMs: 1,
      longestPauseMs: 1,
    })
    await restless.run(part('jobs', "console.log('up')"))
    await until(() => crashes.length >= 3)
    await restless.stopAll(1_000)
    expect(crashes.slice(0, 3)).toEqual([1, 2, 3])
  })

  it('comes back after a wanted restart', async () => {
    const first = await supervisor.run(part('registry'))
    await supervisor.restart('registry')
    await until(() => told.includes('registry runs again'))
    expect(isAlive(first.pid, [])).toBe(false)
  })
})

describe('stopping', () => {
  it('goes from the last started to the first, and leaves neither process nor pid file', async () => {
    const order: string[] = []
    const pids: number[] = []
    for (const name of ['postgres', 'registry', 'gateway']) {
      const child = await supervisor.run(part(name))
      pids.push(child.pid)
      void child.exited.then(() => order.push(name))
    }
    await supervisor.stopAll(5_000)
    expect(order).toEqual(['gateway', 'registry', 'postgres'])
    expect(pids.some((pid) => isAlive(pid, []))).toBe(false)
    expect(existsSync(join(runDir, 'gateway.pid'))).toBe(false)
  })

  it('kills what does not listen, within the limit for all together', async () => {
    const deaf = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up')"
    const limits: number[] = []
    const pids: number[] = []
    for (const name of ['a', 'b', 'c']) {
      const start = async () => {
        const child = await node(deaf)
        pids.push(child.pid)
        const stop = (graceMs?: number) => {
          limits.push(graceMs!)
          return child.stop(graceMs)
        }
        return { ...child, stop }
      }
      await supervisor.run({ name, start })
    }
    await supervisor.stopAll(200)
    expect(pids.some((pid) => isAlive(pid, []))).toBe(false)
    // The first one takes it all; a timer may come a millisecond early.
    for (const left of limits.slice(1)) expect(left).toBeLessThanOrEqual(1)
    expect(limits).toHaveLength(3)
  })

  it('does not bring back what dies meanwhile', async () => {
    const child = await supervisor.run(part('web'))
    const stopped = supervisor.stopAll(1_000)
    process.kill(child.pid, 'SIGKILL')
    await stopped
    expect(told).toEqual([])
  })

  it('ends a part that was still starting', async () => {
    const slow = part('web', `setTimeout(() => console.log('up'), 300); setInterval(() => {}, 1000)`)
    const starting = supervisor.run(slow)
    const failure = expect(starting).rejects.toThrow('stopped while starting')
    await supervisor.stopAll(1_000)
    await failure
  })
})

describe('what an earlier start left behind', () => {
  it('is ended when it is still that very process', async () => {
    const orphan = await node(idle)
    notePid(runDir, 'gateway', orphan.pid)
    const fresh = await supervisor.run(part('gateway'))
    expect(isAlive(orphan.pid, [])).toBe(false)
    expect(isAlive(fresh.pid, [])).toBe(true)
  })

  it('is left alone when the number belongs to another process now', async () => {
    const bystander = await node(idle)
    writeFileSync(join(runDir, 'gateway.pid'), `${bystander.pid}\nanother-boot:123\n`)
    expect(await endNoted(runDir, 'gateway')).toBe(false)
    expect(isAlive(bystander.pid, [])).toBe(true)
    await bystander.stop()
  })

  it('does not matter when the file is missing or damaged', async () => {
    expect(await endNoted(runDir, 'nothing')).toBe(false)
    writeFileSync(join(runDir, 'broken.pid'), 'not a number')
    expect(await endNoted(runDir, 'broken')).toBe(false)
  })
})
