import { expect, test } from 'vitest'
import type { Answer } from './exchange.ts'
import { readList } from './json-list.ts'

const answer = (parts: Iterable<Uint8Array>): Answer => ({
  status: 200,
  headers: new Headers(),
  url: new URL('http://registry/v2/a/tags/list'),
  async *chunks() {
    yield* parts
  },
  discard: async () => {},
})

const split = (text: string, size: number): Uint8Array[] => {
  const bytes = new TextEncoder().encode(text)
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
    bytes.subarray(n * size, (n + 1) * size),
  )
}

async function read(text: string, size = 7, most = 1_000): Promise<unknown[][]> {
  const parts: unknown[][] = []
  for await (const entries of readList(answer(split(text, size)), 'tags', most)) parts.push(entries)
  return parts
}

test.each([1, 2, 3, 64])('entries come whole however the answer is cut (%s bytes)', async (size) => {
  const text =
    ' {"name":"a/b", "other":{"tags":["no"],"x":[1,{}]}, "tags" : [ "a", "\\u0062\\"]", "ü", 7, null, {"a":[1]} ]}\n'
  expect((await read(text, size)).flat()).toEqual(['a', 'b"]', 'ü', 7, null, {}])
})

test('null, nothing and an empty list have no entries', async () => {
  for (const text of ['{"tags":null}', '{"name":"a"}', '{"tags":[]}', '{}'])
    expect(await read(text)).toEqual([])
})

test('a long list is handed on in parts before it has ended', async () => {
  let sent = 0
  const endless = (function* () {
    yield new TextEncoder().encode('{"tags":["first"')
    for (; ; sent++) yield new TextEncoder().encode(',"next"'.repeat(100))
  })()
  const parts = readList(answer(endless), 'tags', 250)
  expect((await parts.next()).value).toHaveLength(250)
  expect(sent).toBeLessThan(5)
  await parts.return(undefined)
})

test.each([
  ['[]', 'INVALID_ANSWER'],
  ['<html>', 'INVALID_ANSWER'],
  ['', 'INVALID_ANSWER'],
  ['{"tags":["a"', 'INVALID_ANSWER'],
  ['{"tags":["a"]} x', 'INVALID_ANSWER'],
  ['{"tags":["a"]}{}', 'INVALID_ANSWER'],
  ['{"tags":["a"}', 'INVALID_ANSWER'],
  ['{"tags":"a"}', 'INVALID_ANSWER'],
  ['{"tags":{"a":1}}', 'INVALID_ANSWER'],
  ['{"tags":[a]}', 'INVALID_ANSWER'],
  [`{"tags":["${'a'.repeat(70_000)}"]}`, 'BODY_TOO_LARGE'],
  [`{"x":${'['.repeat(100_000)}`, 'INVALID_ANSWER'],
])('%.30s is refused', async (text, code) => {
  await expect(read(text, 4_096)).rejects.toMatchObject({ code })
})
