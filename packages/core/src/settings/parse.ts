import * as v from 'valibot'
import { type Setting, type SettingName, settings } from './settings.ts'

/** A setting's name; with `?` behind it, the setting may be left out and is then `undefined`. */
export type SettingRequest = SettingName | `${SettingName}?`

type NameOf<R> = R extends `${infer N}?` ? N : R
type ValueOf<N> = N extends SettingName ? v.InferOutput<(typeof settings)[N]['schema']> : never

export type ParsedSettings<R extends SettingRequest> = {
  [K in R as NameOf<K> & string]: K extends `${string}?` ? ValueOf<NameOf<K>> | undefined : ValueOf<K>
}

export interface SettingProblem {
  names: SettingName[]
  /** What is wrong, as the end of a sentence that begins with the name. */
  problem: string
  cure: string
}

/** Every problem of the environment at once, so that nobody mends them one start at a time. */
export class SettingsError extends Error {
  override name = 'SettingsError'
  problems: SettingProblem[]
  constructor(problems: SettingProblem[]) {
    super(
      problems.map((p) => `${p.names.join(' and ')} ${p.problem}. ${p.cure}`).join('\n') ||
        'no problem was given',
    )
    this.problems = problems
  }
}

/** What must hold between settings; asked only when every name of the rule was asked for. */
const rules: {
  names: SettingName[]
  broken(values: Partial<Record<SettingName, unknown>>): SettingProblem | undefined
}[] = [
  {
    names: ['DATABASE_URL', 'REDIS_URL'],
    broken: ({ DATABASE_URL, REDIS_URL }) =>
      databaseKind(String(DATABASE_URL ?? 'postgresql:')) === 'mysql' && REDIS_URL === undefined
        ? {
            names: ['REDIS_URL'],
            problem: 'is missing, and jobs cannot run on MySQL or MariaDB',
            cure: settings.REDIS_URL.cure,
          }
        : undefined,
  },
  {
    names: ['REGISTRY_USERNAME', 'REGISTRY_PASSWORD'],
    broken: ({ REGISTRY_USERNAME, REGISTRY_PASSWORD }) =>
      (REGISTRY_USERNAME === undefined) !== (REGISTRY_PASSWORD === undefined)
        ? {
            names: ['REGISTRY_USERNAME', 'REGISTRY_PASSWORD'],
            problem: 'go together, but only one of them is set',
            cure: settings.REGISTRY_USERNAME.cure,
          }
        : undefined,
  },
  {
    names: ['REGISTRY_URL', 'REGISTRY_USERNAME'],
    broken: ({ REGISTRY_URL, REGISTRY_USERNAME }) =>
      REGISTRY_USERNAME !== undefined && REGISTRY_URL === undefined
        ? {
            names: ['REGISTRY_USERNAME'],
            problem: 'is set, but the embedded registry knows no accounts',
            cure: 'Set REGISTRY_URL too, or leave REGISTRY_USERNAME and REGISTRY_PASSWORD out.',
          }
        : undefined,
  },
  {
    names: ['REGISTRY_URL', 'REGISTRY_CA_FILE'],
    broken: ({ REGISTRY_URL, REGISTRY_CA_FILE }) =>
      REGISTRY_CA_FILE !== undefined && !String(REGISTRY_URL).startsWith('https:')
        ? {
            names: ['REGISTRY_CA_FILE'],
            problem: 'is set, but the registry is not reached over https',
            cure: 'Give REGISTRY_URL as https://…, or leave REGISTRY_CA_FILE out.',
          }
        : undefined,
  },
]

/** Which of the two databases a connection URL is for. */
export function databaseKind(databaseUrl: string): 'postgresql' | 'mysql' {
  return /^(mysql|mariadb):/i.test(databaseUrl.trim()) ? 'mysql' : 'postgresql'
}

/**
 * Reads the named settings from an environment. An empty variable counts as not set: compose files and unit files
 * write `NAME=` for "none". Throws SettingsError with every problem found.
 */
export function parseSettings<const R extends SettingRequest>(
  env: Record<string, string | undefined>,
  requests: readonly R[],
): ParsedSettings<R> {
  const problems: SettingProblem[] = []
  const values: Partial<Record<SettingName, unknown>> = {}
  for (const request of requests) {
    const optional = request.endsWith('?')
    const name = (optional ? request.slice(0, -1) : request) as SettingName
    const setting: Setting = settings[name]
    const given = env[name]
    const raw = given === undefined || given.trim() === '' ? setting.fallback?.() : given
    if (raw === undefined) {
      values[name] = undefined
      if (!optional) problems.push({ names: [name], problem: 'is not set', cure: setting.cure })
      continue
    }
    const result = v.safeParse(setting.schema, raw)
    if (result.success) values[name] = result.output
    else {
      const shown = setting.secret ? '' : ` (it is ${JSON.stringify(raw.slice(0, 200))})`
      problems.push({ names: [name], problem: result.issues[0].message + shown, cure: setting.cure })
    }
  }
  const wrong = new Set(problems.flatMap((p) => p.names))
  for (const rule of rules) {
    if (!rule.names.every((name) => name in values && !wrong.has(name))) continue
    const problem = rule.broken(values)
    if (problem) problems.push(problem)
  }
  if (problems.length > 0) throw new SettingsError(problems)
  return values as ParsedSettings<R>
}
