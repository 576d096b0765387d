import { randomBytes, randomInt } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'

/** What `npm start` generates once and keeps in `<data>/secrets.json`, readable by its owner only. */
export interface GeneratedSecrets {
  secretKey: string
  databasePassword: string
  /** The administrator's first password. Worthless once it was changed in the console. */
  adminPassword: string
  /** What became of it; undefined until an administrator was made here. */
  adminPasswordState?: 'generated' | 'printed' | 'chosen'
}

type GeneratedName = 'secretKey' | 'databasePassword' | 'adminPassword'

const generators: Record<GeneratedName, () => string> = {
  secretKey: () => randomBytes(32).toString('hex'),
  databasePassword: () => randomBytes(24).toString('hex'),
  adminPassword: () => readablePassword(),
}

/** Letters and digits that no font confuses; 20 of them carry more than 110 bits. */
export function readablePassword(): string {
  const upper = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
  const lower = 'abcdefghijkmnopqrstuvwxyz'
  const digits = '23456789'
  const pick = (set: string) => set[randomInt(set.length)]
  for (;;) {
    const text = Array.from({ length: 20 }, () => pick(upper + lower + digits)).join('')
    if (/[A-Z]/.test(text) && /[a-z]/.test(text) && /\d/.test(text)) return text
  }
}

/** Reads the file and adds what is missing. Throws when the file is there but is not what we wrote. */
export function loadSecrets(path: string): GeneratedSecrets {
  const known = read(path)
  const names = Object.keys(generators) as GeneratedName[]
  const generated = Object.fromEntries(names.map((name) => [name, known[name] ?? generators[name]()]))
  const secrets = { ...known, ...generated } as GeneratedSecrets
  if (names.some((name) => known[name] === undefined)) write(path, secrets)
  return secrets
}

/** What a person can be told about the administrator's password. */
export type PasswordNote =
  | { kind: 'printed'; text: string }
  | { kind: 'chosen' }
  | { kind: 'earlier'; secretsPath: string }
  | { kind: 'elsewhere' }

/** Notes at once how the administrator got its password, so that a start that fails later does not lose it. */
export function noteAdministrator(
  path: string,
  secrets: GeneratedSecrets,
  chosen: boolean,
): GeneratedSecrets {
  const noted: GeneratedSecrets = { ...secrets, adminPasswordState: chosen ? 'chosen' : 'generated' }
  write(path, noted)
  return noted
}

/** A generated password is shown by the first start that gets this far. */
export function firstPassword(path: string, secrets: GeneratedSecrets): PasswordNote {
  switch (secrets.adminPasswordState) {
    case 'generated':
      write(path, { ...secrets, adminPasswordState: 'printed' })
      return { kind: 'printed', text: secrets.adminPassword }
    case 'printed':
      return { kind: 'earlier', secretsPath: path }
    case 'chosen':
      return { kind: 'chosen' }
    default:
      return { kind: 'elsewhere' }
  }
}

function read(path: string): Partial<GeneratedSecrets> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value
  } catch {}
  // New keys would make everything encrypted with the old ones unreadable: a person must decide.
  throw new Error(
    `${path} cannot be read as JSON. Restore it from a backup; without it the data cannot be decrypted.`,
  )
}

/** Whole or not at all, also when the power fails: these keys open everything else. */
function write(path: string, secrets: GeneratedSecrets): void {
  const partial = `${path}.new`
  const file = openSync(partial, 'w', 0o600)
  try {
    writeSync(file, `${JSON.stringify(secrets, null, 2)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(partial, path)
}
