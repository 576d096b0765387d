/** What a load generator must know of an HTTP/1.1 response: its status, and where it ends. */
export interface ResponseHead {
  status: number
  /** Bytes up to and with the empty line. */
  headBytes: number
  /** Bytes of the whole response; undefined while a chunked body says no length. */
  totalBytes: number | undefined
  closes: boolean
}

const emptyLine = Buffer.from('\r\n\r\n')
const lastChunk = Buffer.from('\r\n0\r\n\r\n')

/** Undefined until the whole head is there. `bodiless`: the answer to HEAD, which names a length it does not send. */
export function readHead(bytes: Buffer, bodiless: boolean): ResponseHead | undefined {
  const end = bytes.indexOf(emptyLine)
  if (end < 0) return undefined
  const headBytes = end + 4
  const text = bytes.toString('latin1', 0, end)
  const status = Number(text.slice(9, 12))
  const closes = /\r\nconnection: *close/i.test(text)
  const hasBody = !bodiless && status !== 204 && status !== 304
  if (!hasBody) return { status, headBytes, totalBytes: headBytes, closes }
  const length = /\r\ncontent-length: *(\d+)/i.exec(text)
  if (length) return { status, headBytes, totalBytes: headBytes + Number(length[1]), closes }
  const body = bytes.subarray(end + 2)
  const complete = body.length >= lastChunk.length && body.subarray(-lastChunk.length).equals(lastChunk)
  return { status, headBytes, totalBytes: complete ? bytes.length : undefined, closes }
}
