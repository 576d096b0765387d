import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { LockHeldError, takeLock } from './lock.ts'

let counter = 0
const name = () => `test ${process.pid} ${counter++}`

async function otherProcess(what: string) {
  const script = `
    import { takeLock } from ${JSON.stringify(import.meta.resolve('./lock.ts'))}
    await takeLock(${JSON.stringify(what)}, { waitMs: 0 })
    console.log('held')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(createInterface({ input: child.stdout }), 'line')
  return child
}

it('is held by one process at a time, and names it', async () => {
  const what = name()
  const holder = await otherProcess(what)
  const error = await takeLock(what, { waitMs: 0 }).catch((e) => e)
  expect(error).toBeInstanceOf(LockHeldError)
  expect(error.pid).toBe(holder.pid)
  holder.kill('SIGKILL')
  await once(holder, 'exit')
})

it('is free again as soon as its holder is killed', async () => {
  const what = name()
  const holder = await otherProcess(what)
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  const lock = await takeLock(what, { waitMs: 1_000 })
  lock.release()
})

it('is waited for long only when the holder says that it is ending', async () => {
  const what = name()
  const first = await takeLock(what, { waitMs: 0 })
  // Longer than the test may take.
  await expect(takeLock(what, { waitMs: 600_000, waitForRunningMs: 100 })).rejects.toThrow(LockHeldError)
  first.announceRelease()
  const second = takeLock(what, { waitMs: 10_000, waitForRunningMs: 100, onWait: () => first.release() })
  ;(await second).release()
})

it('does not stand in the way of another name', async () => {
  const [a, b] = await Promise.all([takeLock(name(), { waitMs: 0 }), takeLock(name(), { waitMs: 0 })])
  a.release()
  b.release()
})
