import { expect, it } from 'vitest'
import { readHead } from './http-response.ts'

const bytes = (text: string) => Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1')

it('knows nothing before the empty line', () => {
  expect(readHead(bytes('HTTP/1.1 200 OK\ncontent-length: 5\n'), false)).toBeUndefined()
})

it('finds the end by the length, however the header is written', () => {
  const head = readHead(bytes('HTTP/1.1 200 OK\nContent-Length:5\n\nhel'), false)
  expect(head).toMatchObject({ status: 200, headBytes: 37, totalBytes: 42, closes: false })
})

it('expects no body after HEAD, whatever length is named', () => {
  const response = bytes('HTTP/1.1 200 OK\nContent-Length: 500\n\n')
  expect(readHead(response, true)?.totalBytes).toBe(response.length)
})

it('waits for the last chunk', () => {
  const start = 'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc\n'
  expect(readHead(bytes(start), false)?.totalBytes).toBeUndefined()
  expect(readHead(bytes(`${start}0\n\n`), false)?.totalBytes).toBe(bytes(`${start}0\n\n`).length)
})

it('sees that the server closes', () => {
  expect(readHead(bytes('HTTP/1.1 503 X\nConnection: close\ncontent-length: 0\n\n'), false)).toMatchObject({
    status: 503,
    closes: true,
  })
})
