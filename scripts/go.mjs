// The door of the two commands. Plain JavaScript for any Node from 18 on: it installs what package.json names, then
// hands over to the pinned Node 24. Everything else is TypeScript.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const pnpm = 'pnpm@12.21.0'
const commands = ['start', 'test', 'bench', 'dev', 'conformance']
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const node = join(root, 'node_modules', '.bin', 'node')
const stampFile = join(root, 'node_modules', '.berth-installed')

const command = process.argv[2] ?? ''
if (!commands.includes(command)) {
  console.error(`usage: node scripts/go.mjs ${commands.join(' | ')}`)
  process.exit(2)
}
process.chdir(root)

const stamp = stampOf(['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'])
if (!installed()) await install()
const runtime = existsSync(node) ? node : process.execPath
if (runtime === process.execPath && Number(process.versions.node.split('.')[0]) < 24) {
  console.error(
    `No Node 24 is packaged for ${process.platform}-${process.arch}, and this Node is ${process.version}. ` +
      'Install Node 24 and start again.',
  )
  process.exit(1)
}
const env = { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}` }
await handOver(runtime, [join(root, 'scripts', `${command}.ts`), ...process.argv.slice(3)], env)

function stampOf(files) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

function installed() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp
}

/** Only one install per clone: a second command that starts meanwhile waits for the first one's result. */
async function install() {
  const lock = join(root, '.cache', 'install.lock')
  mkdirSync(dirname(lock), { recursive: true })
  for (let told = false; ; told = true) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (!alive(readFileSync(lock, 'utf8'))) rmSync(lock, { force: true })
    else if (!told) console.log('  waiting for another install in this clone')
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  try {
    if (installed()) return
    const begin = Date.now()
    console.log('  installing packages (first start or changed lockfile) …')
    // node_modules/.bin of an earlier install must not shadow the host's npx with another Node.
    await run('npx', [
      '-y',
      pnpm,
      'install',
      '--frozen-lockfile',
      '--reporter=append-only',
      '--loglevel=error',
    ])
    writeFileSync(stampFile, stamp)
    console.log(`  packages installed in ${((Date.now() - begin) / 1000).toFixed(1)} s`)
  } finally {
    rmSync(lock, { force: true })
  }
}

function alive(pid) {
  try {
    process.kill(Number(pid), 0)
    return Number(pid) > 1
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function run(name, args) {
  return new Promise((resolve, reject) => {
    // pnpm asks before it removes a stale node_modules unless CI is set; nobody may be there to answer.
    const child = spawn(name, args, { cwd: root, stdio: 'inherit', env: { ...process.env, CI: 'true' } })
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      if (code === 0) return resolve()
      console.error(
        `\nThe packages could not be installed (${signal ?? `status ${code}`}). ` +
          'Is the npm registry reachable? `npm config get registry` names the one in use.',
      )
      rmSync(join(root, '.cache', 'install.lock'), { force: true })
      process.exit(1)
    })
  })
}

/** Runs the command, passes signals on, and ends as it ended. When npm itself is killed, the command ends too. */
async function handOver(file, args, childEnv) {
  const child = spawn(file, args, { cwd: root, stdio: 'inherit', env: childEnv })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  const parents = ancestors()
  const watch = setInterval(() => {
    if (ancestors().join() !== parents.join()) child.kill('SIGTERM')
  }, 250)
  child.once('error', (error) => {
    console.error(error.message)
    process.exit(1)
  })
  child.once('exit', (code, signal) => {
    clearInterval(watch)
    process.exit(signal ? 128 + (signal === 'SIGINT' ? 2 : 15) : (code ?? 1))
  })
}

/** Our parent and, because npm runs scripts through a shell, the shell's parent. Empty when npm is not above us. */
function ancestors() {
  if (process.env.npm_execpath === undefined) return []
  const parent = process.ppid
  try {
    const stat = readFileSync(`/proc/${parent}/stat`, 'utf8')
    const shell = /\((ba|da|z)?sh\)/.test(stat)
    const grandparent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]
    return shell ? [parent, Number(grandparent)] : [parent]
  } catch {
    return [parent]
  }
}
