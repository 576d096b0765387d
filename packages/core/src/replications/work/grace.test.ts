import { expect, it } from 'vitest'
import { untilGrace } from './grace.ts'

const never = new Promise<never>(() => {})

it('what never settles ends with the signal, and what does is not cut short by it', async () => {
  const ending = new AbortController()
  const hanging = untilGrace(never, ending.signal, 5)
  const [soon, failing] = [Promise.withResolvers<number>(), Promise.withResolvers<number>()]
  const [kept, failed] = [soon, failing].map(({ promise }) => untilGrace(promise, ending.signal, 60_000))
  const reason = new Error('stopped')
  ending.abort(reason)
  await expect(hanging).rejects.toBe(reason)
  await expect(untilGrace(never, ending.signal, 0)).rejects.toBe(reason)
  soon.resolve(1)
  await expect(kept).resolves.toBe(1)
  failing.reject(new Error('refused'))
  await expect(failed).rejects.toThrow('refused')
})
