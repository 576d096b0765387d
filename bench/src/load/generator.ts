import { connect } from 'node:net'
import { parseArgs } from 'node:util'
import { Histogram } from './histogram.ts'
import { readHead } from './http-response.ts'

/**
 * A process of its own that keeps `connections` requests in flight and prints what came back, as JSON. Raw sockets and
 * prepared requests, sent in turn: a tenth of the cost of `fetch`, so that the server is the slower side. (wrk hangs on HEAD.)
 */
const { values } = parseArgs({
  options: {
    request: { type: 'string', multiple: true },
    once: { type: 'boolean' },
    port: { type: 'string' },
    connections: { type: 'string' },
    seconds: { type: 'string' },
  },
})
const LATE_MS = 20_000
const requests = values.request!.map((text) => Buffer.from(text, 'base64'))
const port = Number(values.port)
const bodiless = requests[0]!.subarray(0, 5).toString() === 'HEAD '
const histogram = new Histogram()
const statuses: Record<string, number> = {}
let errors = 0
let bytesRead = 0
let open = true
let sent = 0
let answered = 0
/** The time is up and nothing was answered yet: one slow answer is a result, none is not. */
let late = false

function run(): void {
  let pending = Buffer.alloc(0)
  let sentAt = 0
  const buffer = Buffer.allocUnsafe(256 * 1024)
  const socket = connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    onread: {
      buffer,
      callback(size) {
        bytesRead += size
        const fresh = buffer.subarray(0, size)
        const bytes = pending.length === 0 ? fresh : Buffer.concat([pending, fresh])
        const head = readHead(bytes, bodiless)
        if (head?.totalBytes === undefined || bytes.length < head.totalBytes) {
          pending = Buffer.from(bytes)
          return true
        }
        pending = Buffer.alloc(0)
        histogram.record((performance.now() - sentAt) * 1000)
        statuses[head.status] = (statuses[head.status] ?? 0) + 1
        answered++
        if (late || (values.once && answered === requests.length)) finish()
        else if (!open || (values.once && sent === requests.length)) socket.destroy()
        else if (head.closes) {
          socket.destroy()
          run()
        } else send()
        return true
      },
    },
  })
  const send = () => {
    sentAt = performance.now()
    socket.write(requests[sent++ % requests.length]!)
  }
  socket.once('connect', send)
  socket.once('error', () => {
    errors++
    if (open) setTimeout(run, 50)
  })
  socket.once('end', () => {
    if (!open) return
    if (pending.length > 0) errors++
    socket.destroy()
    run()
  })
}

const begin = performance.now()
for (let i = 0; i < Number(values.connections); i++) run()
setTimeout(() => {
  if (answered > 0 || values.once) finish()
  late = true
  setTimeout(finish, LATE_MS)
}, Number(values.seconds) * 1000)

function finish(): void {
  open = false
  const elapsedSeconds = (performance.now() - begin) / 1000
  const { user, system } = process.cpuUsage()
  console.log(
    JSON.stringify({
      requestsPerSecond: histogram.count / elapsedSeconds,
      requests: histogram.count,
      elapsedSeconds,
      p50Ms: histogram.percentile(0.5) / 1000,
      p99Ms: histogram.percentile(0.99) / 1000,
      errors,
      statuses,
      bytesRead,
      busyShare: (user + system) / 1e6 / elapsedSeconds,
    }),
  )
  process.exit(0)
}
