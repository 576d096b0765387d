import { lookup, Resolver } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { Turns } from '../turns/index.ts'

export interface Address {
  address: string
  family: 4 | 6
}

export interface LookUp {
  /** Administrators name the host: it may be one that only the system knows. */
  trusted?: boolean
  /** Ends the waiting. */
  signal: AbortSignal
  /** Name servers in place of the system's, and how long to wait for each. For tests. */
  servers?: string[]
  timeoutMs?: number
}

const QUESTION_TIMEOUT_MS = 2_000
const TRIES = 2
const HOSTS_FILE = '/etc/hosts'

// A look-up by the system holds one of four threads, which files and cryptography need too, for as long as somebody's
// name server keeps silent, and nothing ends it. So strangers' names have one of them, and trusted names two.
const ofTrusted = new Turns(2)
const ofStrangers = new Turns(1)

/**
 * All addresses of a name. Strangers' names are asked of the name servers without a thread and within about six seconds; what
 * these do not know may stand in the domain that the system searches.
 *
 * @throws the errors of look-ups, and the reason of the signal
 */
export async function lookUp(name: string, wanted: LookUp): Promise<Address[]> {
  const { trusted = false, signal } = wanted
  signal.throwIfAborted()
  const bySystem = (turns: Turns) =>
    turns.run(async () => {
      // Nobody waits for it any more.
      signal.throwIfAborted()
      return (await lookup(name, { all: true, verbatim: true })) as Address[]
    })
  // No stranger answers for a name without a dot, nor for one of the hosts file, which comes first.
  if (trusted || !name.replace(/\.$/, '').includes('.') || (await isInHostsFile(name)))
    return until(signal, bySystem(ofTrusted))
  const found = await ask(name, wanted)
  return found.length > 0 ? found : until(signal, bySystem(ofStrangers))
}

/** Nothing: the servers know no such name, or there are no servers. @throws when they did not answer */
async function ask(
  name: string,
  { signal, servers, timeoutMs = QUESTION_TIMEOUT_MS }: LookUp,
): Promise<Address[]> {
  const resolver = new Resolver({ timeout: timeoutMs, tries: TRIES })
  if (servers) resolver.setServers(servers)
  const end = () => resolver.cancel()
  signal.addEventListener('abort', end, { once: true })
  try {
    const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
    signal.throwIfAborted()
    const found = answers.flatMap((answer, index): Address[] =>
      answer.status === 'fulfilled'
        ? answer.value.map((address) => ({ address, family: index === 0 ? 4 : 6 }))
        : [],
    )
    const silent = answers.find((answer) => answer.status === 'rejected' && answer.reason.code === 'ETIMEOUT')
    if (found.length === 0 && silent?.status === 'rejected') throw silent.reason
    return found
  } finally {
    signal.removeEventListener('abort', end)
  }
}

async function isInHostsFile(name: string): Promise<boolean> {
  const text = await readFile(HOSTS_FILE, 'utf8').catch(() => '')
  return text.split('\n').some((line) => {
    const [, ...names] = line.split('#')[0]!.trim().toLowerCase().split(/\s+/)
    return names.includes(name.replace(/\.$/, ''))
  })
}

function until<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const end = () => reject(signal.reason)
  signal.addEventListener('abort', end, { once: true })
  // What nobody waits for any more may fail as it likes.
  work.catch(() => {})
  promise.catch(() => {})
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', end))
}
