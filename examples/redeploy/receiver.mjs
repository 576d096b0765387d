#!/usr/bin/env node
// Runs a command when a tag of Berth moves. Plain Node 20 or later, no dependencies; see README.md beside this file.
import { spawn } from 'node:child_process'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'

const MAX_BODY_BYTES = 1024 * 1024
/** A request whose signature is older was seen by somebody and is sent again. */
const MAX_AGE_SECONDS = 300

const { values, positionals: command } = parseArgs({
  allowPositionals: true,
  options: {
    listen: { type: 'string', default: '127.0.0.1:9000' },
    repository: { type: 'string' },
    tag: { type: 'string', default: 'latest' },
    state: { type: 'string', default: './redeploy-state.json' },
    retries: { type: 'string', default: '5,15,60,300' },
  },
})
const secret = process.env.WEBHOOK_SECRET ?? ''
if (secret === '' || !values.repository || command.length === 0) {
  console.error(
    'usage: WEBHOOK_SECRET=… receiver.mjs --repository project/name [--tag latest] [--listen host:port]',
  )
  console.error(
    '                                     [--state file] [--retries seconds,…] -- command [argument…]',
  )
  process.exit(2)
}

const retriesMs = values.retries.split(',').map((seconds) => Number(seconds) * 1_000)

/**
 * What should run, and what does. `wanted` is written before the answer, so that a restart in between loses nothing;
 * `deployed` after the command.
 *
 * @typedef {{ digest: string, image: string, at: number }} Version  `at`: when the tag moved, in Unix seconds
 * @type {{ wanted: Version | null, deployed: Version | null, seen: string[] }}
 */
const state = readState()

function readState() {
  try {
    return JSON.parse(readFileSync(values.state, 'utf8'))
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
    return { wanted: null, deployed: null, seen: [] }
  }
}

function writeState() {
  mkdirSync(dirname(values.state), { recursive: true })
  writeFileSync(`${values.state}.new`, JSON.stringify(state))
  renameSync(`${values.state}.new`, values.state)
}

/** The header is `t=<seconds>,v1=<hex>`, with a second `v1` while the secret is being replaced. */
function isSigned(header, id, body) {
  const parts = String(header ?? '').split(',')
  const time = /^t=(\d+)$/.exec(parts[0] ?? '')?.[1]
  if (time === undefined || Math.abs(Date.now() / 1_000 - Number(time)) > MAX_AGE_SECONDS) return false
  const expected = createHmac('sha256', secret).update(`${time}.${id}.`).update(body).digest()
  return parts.slice(1).some((part) => {
    const given = Buffer.from(/^v1=([0-9a-f]{64})$/.exec(part)?.[1] ?? '', 'hex')
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
}

/** The version that the tag has now, if this is what the notice tells; both of Berth's formats. */
function readMove(notice) {
  const cloud = notice.specversion === '1.0'
  if (notice.type !== (cloud ? 'harbor.artifact.pushed' : 'PUSH_ARTIFACT')) return undefined
  const data = cloud ? notice.data : notice.event_data
  if (data?.repository?.repo_full_name !== values.repository) return undefined
  const resource = data.resources?.find(({ tag }) => tag === values.tag)
  if (!/^sha256:[0-9a-f]{64}$/.test(resource?.digest ?? '')) return undefined
  const at = cloud ? Date.parse(notice.time) / 1_000 : notice.occur_at
  // By digest: what is deployed is what was told of, even when the tag has moved on since.
  const image = `${resource.resource_url.slice(0, resource.resource_url.lastIndexOf(':'))}@${resource.digest}`
  return { digest: resource.digest, image, at }
}

/** What is told a second time, or late, changes nothing; of what was given up it is the sign to try again. */
function accept(id, move) {
  const missing = state.wanted && state.wanted.digest !== state.deployed?.digest
  if (missing && move?.digest === state.wanted.digest) void work()
  if (state.seen.includes(id)) return 'told before'
  state.seen = [...state.seen.slice(-999), id]
  const newer = move && (!state.wanted || move.at >= state.wanted.at)
  const moved = newer && move.digest !== state.wanted?.digest
  if (moved) state.wanted = move
  writeState()
  if (!moved) return move ? 'the tag is there already' : 'not for us'
  void work()
  return `${values.tag} is now ${move.digest}`
}

let working = false

/** Runs the command until what is deployed is what is wanted; the newest wins. */
async function work() {
  if (working) return
  working = true
  for (let failures = 0; state.wanted && state.wanted.digest !== state.deployed?.digest; ) {
    const version = state.wanted
    if (await run(version)) {
      state.deployed = version
      failures = 0
      writeState()
    } else if (failures < retriesMs.length) {
      await new Promise((resolve) => setTimeout(resolve, retriesMs[failures++]))
    } else {
      console.error(`given up: ${version.image}`)
      break
    }
  }
  working = false
}

/** Without a shell: nothing that a notice holds is ever read as a command. */
function run({ image, digest }) {
  const [name, ...args] = command
  const env = { ...process.env, IMAGE: image, DIGEST: digest, TAG: values.tag }
  delete env.WEBHOOK_SECRET
  return new Promise((resolve) => {
    const child = spawn(name, args, { env, stdio: ['ignore', 'inherit', 'inherit'] })
    child.on('error', (error) => {
      console.error(`the command cannot be run: ${error.message}`)
      resolve(false)
    })
    child.on('exit', (code) => {
      console.error(`${code === 0 ? 'deployed' : `the command failed with ${code} for`} ${image}`)
      resolve(code === 0)
    })
  })
}

async function readBody(req) {
  const chunks = []
  let sizeBytes = 0
  for await (const chunk of req) {
    sizeBytes += chunk.length
    if (sizeBytes > MAX_BODY_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function answer(req) {
  if (req.method !== 'POST') return [405, 'POST only']
  const body = await readBody(req)
  if (!body) return [413, 'too large']
  const id = String(req.headers['berth-webhook-id'] ?? '')
  if (!isSigned(req.headers['berth-signature'], id, body)) return [401, 'the signature is not valid']
  let notice
  try {
    notice = JSON.parse(body.toString())
  } catch {
    return [400, 'not JSON']
  }
  // The command may take longer than Berth waits for an answer: it runs after this.
  return [202, accept(id, readMove(notice))]
}

const server = createServer((req, res) => {
  answer(req).then(
    ([status, text]) => res.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`),
    (error) => {
      console.error(error)
      // Berth tells again later.
      res.writeHead(500).end()
    },
  )
})
const colon = values.listen.lastIndexOf(':')
server.listen(Number(values.listen.slice(colon + 1)), values.listen.slice(0, colon), () => {
  const { address, port } = server.address()
  console.log(`listening on http://${address}:${port}`)
  // What a former process was told of and did not finish.
  void work()
})
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0))
