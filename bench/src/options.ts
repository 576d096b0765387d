import { parseArgs } from 'node:util'

export interface BenchOptions {
  /** Names of parts; all when empty. */
  only: string[]
  seconds: number
  rounds: number
  blobMiB: number
  /** Of the large audit log. */
  lines: number
  /** Where the result is written as well, again with each round of a part that takes long. */
  page?: string
}

export class UsageError extends Error {}

/** @throws UsageError with a text for the person at the terminal */
export function readOptions(args: string[], parts: readonly string[]): BenchOptions {
  const usage = `usage: npm run bench -- [--only ${parts.join('|')}]… [--seconds 3] [--rounds 5] [--mib 1024] [--lines 10000000] [--page FILE]`
  let values: {
    only?: string[]
    seconds: string
    rounds: string
    mib: string
    lines: string
    page?: string
  }
  try {
    ;({ values } = parseArgs({
      args,
      options: {
        only: { type: 'string', multiple: true },
        seconds: { type: 'string', default: '3' },
        rounds: { type: 'string', default: '5' },
        mib: { type: 'string', default: '1024' },
        lines: { type: 'string', default: '10000000' },
        page: { type: 'string' },
      },
    }))
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${usage}`)
  }
  const only = (values.only ?? []).flatMap((names) => names.split(','))
  for (const name of only)
    if (!parts.includes(name)) throw new UsageError(`no part is called ${name}\n${usage}`)
  const positive = (name: 'seconds' | 'rounds' | 'mib' | 'lines') => {
    const value = Number(values[name])
    if (!(value > 0)) throw new UsageError(`--${name} must be above 0\n${usage}`)
    return value
  }
  return {
    only,
    seconds: positive('seconds'),
    rounds: Math.round(positive('rounds')),
    blobMiB: Math.round(positive('mib')),
    lines: Math.round(positive('lines')),
    ...(values.page !== undefined && { page: values.page }),
  }
}
