import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'
import { request as secureRequest } from 'node:https'
import { limitConnecting, problemOf } from './connecting.ts'
import { type Outgoing, type Upstream, UpstreamError } from './forward.ts'
import { destination } from './target.ts'

export interface Answer {
  status: number
  headers: IncomingMessage['headers']
  body: Buffer
}

// Answers to what we ask this way are small; a server that sends more is not the one we think it is.
const MAX_ANSWER_BYTES = 1024 * 1024

/**
 * Sends bytes that are in memory and reads the whole, small answer.
 *
 * @throws UpstreamError
 */
export function ask(upstream: Upstream, outgoing: Outgoing, body?: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const send = upstream.url.protocol === 'https:' ? secureRequest : request
    const headers: OutgoingHttpHeaders = {
      ...outgoing.headers,
      ...(body ? { 'content-length': body.length } : {}),
    }
    const out = send({
      ...destination(upstream.url, outgoing.target),
      method: outgoing.method,
      headers,
      agent: upstream.agent,
      timeout: upstream.answerTimeoutMs,
      ...(upstream.ca ? { ca: upstream.ca } : {}),
    })
    limitConnecting(out, upstream.idleTimeoutMs)
    const fail = (message: string, cause?: unknown) => {
      out.destroy()
      reject(new UpstreamError(message, { cause }))
    }
    out.on('timeout', () => fail('no answer came in time'))
    out.on('error', (cause) => fail(problemOf(cause), cause))
    out.on('response', (answer) => {
      const chunks: Buffer[] = []
      let sizeBytes = 0
      answer.on('data', (chunk: Buffer) => {
        sizeBytes += chunk.length
        if (sizeBytes > MAX_ANSWER_BYTES) fail('the answer is too large')
        else chunks.push(chunk)
      })
      answer.on('error', (cause) => fail('the answer broke off', cause))
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: Buffer.concat(chunks) }),
      )
    })
    out.end(body)
  })
}
