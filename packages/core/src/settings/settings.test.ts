import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createCertificate, toPem } from '../tokens/certificate.ts'
import { databaseKind, parseSettings, type SettingName, SettingsError, settings } from './index.ts'

function problemsOf(run: () => unknown): string[] {
  try {
    run()
  } catch (error) {
    if (error instanceof SettingsError) return error.message.split('\n')
    throw error
  }
  return []
}

describe('parseSettings', () => {
  it('gives typed values and the documented defaults', () => {
    const values = parseSettings({ DATABASE_URL: 'mysql://u:p@db/berth', REDIS_URL: 'redis://r' }, [
      'BERTH_PORT',
      'BERTH_DATA_DIR',
      'DATABASE_URL',
      'REDIS_URL?',
      'REGISTRY_URL?',
    ])
    expect(values).toEqual({
      BERTH_PORT: 8080,
      BERTH_DATA_DIR: resolve('data'),
      DATABASE_URL: 'mysql://u:p@db/berth',
      REDIS_URL: 'redis://r',
      REGISTRY_URL: undefined,
    })
  })

  it('lists every problem with its cure, not just the first', () => {
    const problems = problemsOf(() =>
      parseSettings(
        { BERTH_PORT: '80a', BERTH_EXTERNAL_URL: 'registry.example.com', REGISTRY_USERNAME: 'u' },
        ['BERTH_PORT', 'BERTH_EXTERNAL_URL', 'DATABASE_URL', 'REGISTRY_USERNAME?', 'REGISTRY_PASSWORD?'],
      ),
    )
    expect(problems).toHaveLength(4)
    expect(problems[0]).toBe(`BERTH_PORT is not a whole number (it is "80a"). ${settings.BERTH_PORT.cure}`)
    expect(problems.join()).toContain('DATABASE_URL is not set')
    expect(problems.join()).toContain('REGISTRY_USERNAME and REGISTRY_PASSWORD go together')
  })

  it('never repeats a secret value in a message', () => {
    for (const [name, setting] of Object.entries(settings)) {
      if (!('secret' in setting)) continue
      const long = `hunter2-${'x'.repeat(3000)}`
      for (const value of ['hunter2', long])
        for (const line of problemsOf(() => parseSettings({ [name]: value }, [name as SettingName])))
          expect(line).not.toContain('hunter2')
    }
  })

  it('reads lists of addresses and ranges, and refuses what is neither', () => {
    const read = (text: string) => parseSettings({ BERTH_TRUSTED_PROXIES: text }, ['BERTH_TRUSTED_PROXIES?'])
    expect(read('10.0.0.0/8, fd00::/8 ,192.0.2.7')).toEqual({
      BERTH_TRUSTED_PROXIES: ['10.0.0.0/8', 'fd00::/8', '192.0.2.7'],
    })
    for (const bad of ['proxy.example', '10.0.0.0/33', '10.0.0.0/8/8', '::/129', '10.0.0.0/-1'])
      expect(problemsOf(() => read(bad))).toHaveLength(1)
  })

  it('reads the authorities of a registry, and says what is wrong with their file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'berth-settings-'))
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text)
      return join(folder, name)
    }
    const read = (path: string, url = 'https://registry:5000') =>
      parseSettings({ REGISTRY_URL: url, REGISTRY_CA_FILE: path }, ['REGISTRY_URL?', 'REGISTRY_CA_FILE?'])
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = toPem(
      createCertificate({
        publicKey: keys.publicKey,
        commonName: 'authority',
        notBefore: new Date(0),
        notAfter: new Date('2040-01-01'),
        issuer: { ...keys, commonName: 'authority' },
      }),
    )
    try {
      const good = file('good.pem', `words before\n${pem}${pem}`)
      expect(read(good).REGISTRY_CA_FILE).toEqual({ path: good, pem: pem + pem })
      const wrong = [
        [join(folder, 'none.pem'), 'cannot be read (ENOENT)'],
        [folder, 'cannot be read (EISDIR)'],
        [file('key.pem', 'no certificate'), 'holds no certificate'],
        [file('cut.pem', pem.replace(/\n[^\n]+\n[^\n]+\n/, '\n')), 'holds something that is no certificate'],
      ] as const
      for (const [path, problem] of wrong)
        expect(problemsOf(() => read(path)).join()).toContain(`REGISTRY_CA_FILE ${problem}`)
      expect(problemsOf(() => read(good, 'http://registry:5000')).join()).toContain('not reached over https')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('takes an empty variable for one that is not set', () => {
    expect(parseSettings({ BERTH_PORT: '', REDIS_URL: ' ' }, ['BERTH_PORT', 'REDIS_URL?'])).toEqual({
      BERTH_PORT: 8080,
      REDIS_URL: undefined,
    })
  })

  it.each([
    ['BERTH_PORT', '65536'],
    ['BERTH_PORT', '-1'],
    ['BERTH_PORT', '8080.5'],
    ['BERTH_EXTERNAL_URL', 'https://host/berth'],
    ['BERTH_EXTERNAL_URL', 'ftp://host'],
    ['BERTH_EXTERNAL_URL', 'https://user:pw@host'],
    ['BERTH_ADMIN_PASSWORD', 'password'],
    ['BERTH_ADMIN_PASSWORD', 'Short1'],
    // No letters of Harbor's rule among them.
    ['BERTH_ADMIN_PASSWORD', 'Äöüäöü123'],
    ['BERTH_ADMIN_PASSWORD', 'Passwort１２３'],
    ['BERTH_SECRET_KEY', 'a'.repeat(31)],
    ['DATABASE_URL', 'sqlite://file'],
    ['DATABASE_URL', 'localhost:5432'],
    ['DATABASE_URL', 'mysql://u:p@h/d?ssl=true'],
    ['DATABASE_URL', 'mysql://u:p@h/d?ssl-mode=PREFERRED'],
    ['DATABASE_URL', 'mysql://u:p@h/d?ssl-ca=/none/ca.pem'],
    ['REDIS_URL', 'http://redis'],
    ['BERTH_NODE_NAME', 'a b'],
  ] as const)('refuses %s=%s and says how to mend it', (name, value) => {
    const problems = problemsOf(() => parseSettings({ [name]: value }, [name]))
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(settings[name].cure)
  })

  it('accepts what the cures propose', () => {
    expect(
      parseSettings(
        {
          BERTH_PORT: '0',
          BERTH_EXTERNAL_URL: 'https://registry.example.com:8443/',
          BERTH_ADMIN_PASSWORD: 'Correct-horse1',
          BERTH_SECRET_KEY: '0'.repeat(64),
          DATABASE_URL: 'postgresql://user:password@host:5432/name',
          REDIS_URL: 'rediss://host:6379',
        },
        [
          'BERTH_PORT',
          'BERTH_EXTERNAL_URL',
          'BERTH_ADMIN_PASSWORD',
          'BERTH_SECRET_KEY',
          'DATABASE_URL',
          'REDIS_URL',
        ],
      ),
    ).toMatchObject({ BERTH_PORT: 0, BERTH_EXTERNAL_URL: 'https://registry.example.com:8443' })
  })

  it('asks for Redis when the database is MySQL, because jobs need one of Postgres and Redis', () => {
    const names = ['DATABASE_URL?', 'REDIS_URL?'] as const
    expect(problemsOf(() => parseSettings({ DATABASE_URL: 'mysql://u@h/d' }, names)).join()).toContain(
      'REDIS_URL',
    )
    expect(problemsOf(() => parseSettings({ DATABASE_URL: 'postgresql://u@h/d' }, names))).toEqual([])
    expect(problemsOf(() => parseSettings({}, names))).toEqual([])
  })

  it('refuses an account for the embedded registry', () => {
    const problems = problemsOf(() =>
      parseSettings({ REGISTRY_USERNAME: 'u', REGISTRY_PASSWORD: 'p' }, [
        'REGISTRY_URL?',
        'REGISTRY_USERNAME?',
        'REGISTRY_PASSWORD?',
      ]),
    )
    expect(problems.join()).toContain('the embedded registry knows no accounts')
  })
})

describe('the table of settings', () => {
  it('gives every default a form its own schema accepts', () => {
    for (const [name, setting] of Object.entries(settings)) {
      if (setting.fallback === undefined) continue
      expect(problemsOf(() => parseSettings({}, [name as SettingName]))).toEqual([])
    }
  })

  it('tells the databases apart by the scheme of the URL', () => {
    expect(
      ['postgres://a/b', 'postgresql://a/b', 'mysql://a/b', 'mariadb://a/b', 'MySQL://a/b'].map(databaseKind),
    ).toEqual(['postgresql', 'postgresql', 'mysql', 'mysql', 'mysql'])
  })
})
