import { expect, it } from 'vitest'
import { atSpeed } from './speed.ts'

it('comes in pieces of no more than a second, and all of it in order', async () => {
  const chunk = Uint8Array.from({ length: 1_300 }, (_, at) => at % 251)
  const source = async function* () {
    yield chunk
    yield new Uint8Array(0)
    yield chunk.subarray(0, 10)
  }
  const pieces: Uint8Array[] = []
  for await (const piece of atSpeed(source(), 10, undefined)) pieces.push(piece)
  // 10 kbit/s are 1,250 bytes.
  expect(pieces.map((piece) => piece.byteLength)).toEqual([1_250, 50, 10])
  expect(Buffer.concat(pieces)).toEqual(Buffer.concat([chunk, chunk.subarray(0, 10)]))
})
