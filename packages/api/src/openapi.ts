import { openapiDocument } from '@berth/contract/server'
import type { Handlers } from './handler.ts'

let text: string | undefined

export const openapi: Handlers<'getOpenapi'> = {
  async getOpenapi() {
    text ??= JSON.stringify(openapiDocument())
    // Already text: it is as long as a small book, and the same for everybody.
    return {
      status: 200,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: text as never,
    }
  },
}
