import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

// Every chunk read from a socket leaves its buffer behind, outside the heap that V8 measures when it decides whether to
// clean up: left alone, some 60 MiB of them pile up under one fast stream.
const COLLECT_EVERY_BYTES = 8 * 1024 * 1024

type Collect = (options: { type: 'minor' }) => void
let collect: Collect | undefined

function youngCollector(): Collect {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as Collect
}

let sinceBytes = 0

/** Call for every chunk of a stream that passes by; now and then it takes a fraction of a millisecond to clean up. */
export function passed(chunk: Uint8Array): void {
  sinceBytes += chunk.byteLength
  if (sinceBytes < COLLECT_EVERY_BYTES) return
  sinceBytes = 0
  collect ??= youngCollector()
  collect({ type: 'minor' })
}
