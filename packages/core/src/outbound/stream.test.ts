import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { parseAllowedHosts } from '../addresses/index.ts'
import { openConfiguredStreams } from './stream.ts'
import { Whereabouts } from './whereabouts.ts'

let server: Server
let port: number
let asked: string[] = []
let allowed = ''
const open = () => openConfiguredStreams({}, async () => parseAllowedHosts(allowed)!)
const refusedAs = (words: RegExp) => ({ reason: 'address', message: expect.stringMatching(words) })

beforeAll(async () => {
  server = createServer((req, res) => {
    asked.push(`${req.method} ${req.headers.host}${req.url}`)
    res.end('hello')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  port = (server.address() as AddressInfo).port
})
beforeEach(() => {
  asked = []
  allowed = ''
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

it('a server outside leads nobody inside, however the place is written', async () => {
  const { fetchLed } = open()
  for (const home of ['https://8.8.8.8', 'https://[2606:4700::1111]', 'https://registry.example.com'])
    for (const host of ['127.0.0.1', 'localhost', '127.1', '[::ffff:127.0.0.1]'])
      await expect(
        fetchLed(new URL(home))(`http://${host}:${port}/orders`, { method: 'DELETE' }),
      ).rejects.toMatchObject(refusedAs(/leads to a host that is not public/))
  expect(asked).toEqual([])
})

it('it leads where administrators allow it', async () => {
  const led = open().fetchLed(new URL('https://8.8.8.8'))
  allowed = '127.0.0.0/8'
  expect((await led(`http://127.0.0.1:${port}/`)).status).toBe(200)
  allowed = ''
  await expect(led(`http://127.0.0.1:${port}/`)).rejects.toMatchObject(refusedAs(/not public/))
})

it('a server inside leads to others inside, and nowhere where clouds keep secrets', async () => {
  const led = open().fetchLed(new URL('http://10.0.0.1'))
  expect((await led(`http://localhost:${port}/`)).status).toBe(200)
  for (const host of ['169.254.169.254', '100.100.100.200', '192.0.0.192', '168.63.129.16'])
    await expect(led(`http://${host}/`)).rejects.toMatchObject(refusedAs(/does not connect to/))
})

it('a server with a name is inside once it was found there, and no other because of it', async () => {
  const { fetch, fetchLed } = open()
  const home = new URL(`http://localhost:${port}`)
  await expect(fetchLed(home)(`http://127.0.0.1:${port}/led`)).rejects.toMatchObject(refusedAs(/not public/))
  await fetch(home)
  expect((await fetchLed(home)(`http://127.0.0.1:${port}/led`)).status).toBe(200)
  expect(asked).toEqual([`GET localhost:${port}/`, `GET 127.0.0.1:${port}/led`])
  const other = fetchLed(new URL('https://registry.example.com'))
  await expect(other(`http://127.0.0.1:${port}/led`)).rejects.toMatchObject(refusedAs(/not public/))
})

it('a name that ever stood for a public address stays outside, whatever it stands for later', () => {
  const known = new Whereabouts()
  const at = (...addresses: string[]) => addresses.map((address) => ({ address, family: 4 as const }))
  known.saw('a', at('10.0.0.1', '192.168.0.1'))
  known.saw('b', at('10.0.0.1', '8.8.8.8'))
  expect([known.isInside('a'), known.isInside('b'), known.isInside('c')]).toEqual([true, false, false])
  known.saw('a', at('8.8.8.8'))
  for (const name of ['a', 'b']) known.saw(name, at('10.0.0.1'))
  expect([known.isInside('a'), known.isInside('b')]).toEqual([false, false])
  expect([known.isInside('[fd00::1]'), known.isInside('127.0.0.1'), known.isInside('8.8.8.8')]).toEqual([
    true,
    true,
    false,
  ])
})
