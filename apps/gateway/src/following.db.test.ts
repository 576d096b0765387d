import { get, type IncomingMessage } from 'node:http'
import { SYSTEM } from '@berth/core'
import { activitySubscriber } from '@berth/core/activities'
import { dispatchEvents } from '@berth/core/events'
import { createProject } from '@berth/core/projects'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { PASSWORD, startBerth, type TestBerth } from '../test/berth.ts'

let berth: TestBerth
beforeAll(async () => {
  berth = await startBerth()
  await berth.addUser('root')
})
afterAll(() => berth.close())

const follow = () =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const authorization = `Basic ${Buffer.from(`root:${PASSWORD}`).toString('base64')}`
    get(`${berth.url}/api/v2.0/activities/stream`, { headers: { authorization } }, resolve).on(
      'error',
      reject,
    )
  })

test('what is followed comes through as it happens, and a gateway that ends does not wait for who follows', async () => {
  const answer = await follow()
  expect(answer.headers).toMatchObject({ 'x-accel-buffering': 'no', 'transfer-encoding': 'chunked' })
  let text = ''
  answer.setEncoding('utf8').on('data', (piece) => {
    text += piece
  })
  const ended = new Promise<string>((resolve) =>
    answer.on('end', () => resolve('in order')).on('error', () => resolve('broken')),
  )
  await vi.waitFor(() => expect(text).toContain('retry:'))
  await createProject(berth.core, SYSTEM, { name: 'news' })
  await dispatchEvents(berth.core, [activitySubscriber])
  await vi.waitFor(() => expect(text).toContain('"type":"project.created"'))
  // Longer than this test may take: it would not end if the stream had to.
  await berth.gateway.close(300_000)
  expect(await ended).toBe('in order')
}, 30_000)
