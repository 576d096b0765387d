import { expect, it } from 'vitest'
import { SlowLanes } from './slow-lanes.ts'

const NETWORK = '192.0.2.1'
const atOnce = async () => {}

it('takes one at a time of each network, with a pause before each', async () => {
  const pauses: number[] = []
  const lanes = new SlowLanes(async (ms) => void pauses.push(ms))
  let running = 0
  const work = async () => {
    expect(++running).toBe(1)
    await Promise.resolve()
    running--
  }
  await Promise.all(Array.from({ length: 10 }, () => lanes.run(NETWORK, 'a', work)))
  expect(pauses).toEqual(Array(10).fill(50))
})

it('lets one job through behind another one that floods from the same address, and refuses only the flood', async () => {
  const lanes = new SlowLanes(atOnce)
  const order: string[] = []
  const send = (party: string) => lanes.run(NETWORK, party, async () => void order.push(party))
  const flood = Array.from({ length: 200 }, () => send('broken').catch((error) => error.code))
  const good = send('good')
  await good
  expect(order.indexOf('good')).toBeLessThan(3)
  const codes = await Promise.all(flood)
  expect(codes.filter((code) => code === 'TOO_MANY_REQUEST').length).toBe(200 - 40)
})

it('holds no more than a thousand in all, and nothing once they are through', async () => {
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const lanes = new SlowLanes(() => gate)
  const sent = Array.from({ length: 1_000 }, (_, n) => lanes.run(`10.0.0.${n}`, 'a', atOnce))
  await expect(lanes.run(NETWORK, 'a', atOnce)).rejects.toMatchObject({ code: 'TOO_MANY_REQUEST' })
  open()
  await Promise.all(sent)
  await expect(lanes.run(NETWORK, 'a', atOnce)).resolves.toBeUndefined()
})

it('holds sixty of one network, however many parties they are of, and leaves the places of other networks alone', async () => {
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const lanes = new SlowLanes(() => gate)
  const sent = Array.from({ length: 3_000 }, (_, n) =>
    lanes.run(NETWORK, `party ${n}`, atOnce).catch((error) => error.code),
  )
  const elsewhere = lanes.run('198.51.100.7', 'a', async () => 'served')
  open()
  expect(await elsewhere).toBe('served')
  expect((await Promise.all(sent)).filter((code) => code === 'TOO_MANY_REQUEST')).toHaveLength(2_940)
})

it('always has places for who is proved, behind an address that floods with what proves nothing', async () => {
  const lanes = new SlowLanes(atOnce)
  const flood = Array.from({ length: 3_000 }, () => lanes.run(NETWORK, '', atOnce).catch(() => {}))
  const good = Array.from({ length: 15 }, (_, n) => lanes.run(NETWORK, `job ${n}`, async () => 'served'))
  expect(await Promise.all(good)).toEqual(Array(15).fill('served'))
  await Promise.all(flood)
})
