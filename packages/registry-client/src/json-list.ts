import { ProtocolError } from './errors.ts'
import type { Answer } from './exchange.ts'

// Names have at most 255 characters; whatever is longer is no name, and must not gather in memory.
const MAX_TOKEN_CHARS = 64 * 1024
const MAX_DEPTH = 32
// About five million names: a registry without paging sends them all at once.
const MAX_LIST_BYTES = 512 * 1024 * 1024

/**
 * The entries of one list in a JSON object, as they come in: `{"name":…,"tags":["a","b",…]}` may be longer than memory
 * should hold, since distribution 2.x gives all tags of a repository in one answer. Lists and objects
 * inside come as an empty object. Gives at most `size` at a time; nothing for null or a missing field.
 *
 * @throws ProtocolError INVALID_ANSWER, BODY_TOO_LARGE
 */
export async function* readList(answer: Answer, field: string, size: number): AsyncGenerator<unknown[]> {
  const scanner = createScanner(answer.url.pathname, field)
  const decoder = new TextDecoder()
  let bytes = 0
  for await (const chunk of answer.chunks()) {
    bytes += chunk.byteLength
    if (bytes > MAX_LIST_BYTES)
      throw new ProtocolError(`${answer.url.pathname} sent more than ${MAX_LIST_BYTES} bytes`, {
        code: 'BODY_TOO_LARGE',
      })
    scanner.take(decoder.decode(chunk, { stream: true }))
    while (scanner.entries.length >= size) yield scanner.entries.splice(0, size)
  }
  scanner.take(decoder.decode())
  scanner.end()
  while (scanner.entries.length > 0) yield scanner.entries.splice(0, size)
}

interface Scanner {
  /** Found and not yet taken away. */
  entries: unknown[]
  take(text: string): void
  end(): void
}

/** Reads just enough of JSON to find the list: strings, brackets and commas. What stands around it need only balance. */
function createScanner(path: string, field: string): Scanner {
  const entries: unknown[] = []
  const open: ('{' | '[')[] = []
  let token = ''
  let inString = false
  let escaped = false
  let key: string | undefined
  let isKey = false
  let ended = false

  const fail = (why: string, code = 'INVALID_ANSWER'): never => {
    throw new ProtocolError(`${path}: ${why}`, { code })
  }
  const inList = () => open.length === 2 && open[1] === '[' && key === field
  const parse = (text: string): unknown => {
    try {
      return JSON.parse(text)
    } catch {
      return fail('sent no JSON object')
    }
  }
  const finish = () => {
    const text = token.trim()
    token = ''
    if (text === '') return
    const value = parse(text)
    if (open.length === 1 && isKey) {
      key = String(value)
      return
    }
    if (inList()) entries.push(value)
    else if (open.length === 1 && key === field && value !== null) fail('a page is not a list')
    else if (open.length === 0) fail('sent no JSON object')
  }
  const structure = (char: string) => {
    switch (char) {
      case '{':
      case '[':
        if (token.trim() !== '' || ended) fail('sent no JSON object')
        if (open.length === 0 && char === '[') fail('sent no JSON object')
        if (open.length === 1 && key === field && char === '{') fail('a page is not a list')
        if (inList()) entries.push({})
        if (open.push(char) > MAX_DEPTH) fail('sent a value that is too deep')
        isKey = open.length === 1
        break
      case '}':
      case ']':
        finish()
        if (open.pop() !== (char === '}' ? '{' : '[')) fail('sent no JSON object')
        ended ||= open.length === 0
        break
      case ':':
        finish()
        isKey = false
        break
      case ',':
        finish()
        isKey = open.length === 1
    }
  }

  return {
    entries,
    take(text) {
      let start = 0
      for (let at = 0; at < text.length; at++) {
        const char = text[at]!
        if (inString) {
          if (escaped) escaped = false
          else if (char === '\\') escaped = true
          else if (char === '"') inString = false
        } else if (char === '"') inString = true
        else if ('{}[]:,'.includes(char)) {
          token += text.slice(start, at)
          start = at + 1
          structure(char)
        }
      }
      token += text.slice(start)
      if (token.length > MAX_TOKEN_CHARS) fail('sent a value that is too long', 'BODY_TOO_LARGE')
    },
    end() {
      if (token.trim() !== '' || !ended) fail('sent no JSON object')
    },
  }
}
