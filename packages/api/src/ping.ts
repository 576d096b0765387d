import type { Handlers } from './handler.ts'

export const ping: Handlers<'getPing'> = {
  async getPing() {
    return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'Pong' }
  },
}
