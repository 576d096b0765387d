import { afterAll, beforeAll, beforeEach } from 'vitest'
import { type Core, createCore } from '../../context/index.ts'
import { record } from '../index.ts'

const openCore = (databaseUrl: string): Core =>
  createCore({
    databaseUrl,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
    poolSize: 4,
  })

export const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1)

/** Line `n` of a test. */
export const lineOf = (n: number) =>
  ({
    actor: { kind: 'user', id: n, username: `pérson-${n}`, via: 'password' },
    action: 'update',
    resourceType: 'project',
    resource: `line ${n} 'quoted' 🚢 `,
    projectId: n % 3 === 0 ? null : n,
    detail: { z: 1, a: { old: [1.5, -0, 1e21, 5e-324, null], new: 'ü\n"' }, '10': true, '9': n, ä: n },
  }) as const

interface Database {
  url: string
  db: Core['db']
  drop(): Promise<void>
}

/** A log that is empty before each test of the file, and two processes that seal it. */
export class SealedLog {
  database!: Database
  core!: Core
  other!: Core

  constructor(makeDatabase: () => Promise<Database>) {
    beforeAll(async () => {
      this.database = await makeDatabase()
      this.open()
    })
    beforeEach(async () => {
      // As on the first day: a process that has seen more would take it for a log that was cut off.
      await this.close()
      await this.prisma.auditLine.deleteMany()
      await this.prisma.auditHead.deleteMany()
      await this.prisma.auditCheckpoint.deleteMany()
      this.open()
    })
    afterAll(async () => {
      await this.close()
      await this.database.drop()
    })
  }

  private open() {
    this.core = openCore(this.database.url)
    this.other = openCore(this.database.url)
  }
  private close() {
    return Promise.all([this.core.close(), this.other.close()])
  }

  get prisma() {
    return this.database.db.prisma
  }
  write = (n: number, on = this.core, tx?: Parameters<typeof record>[1]) => record(on, tx, lineOf(n))
  sql = (text: string, ...params: (string | number | null)[]) => this.database.db.query(text, params)
  positions = async () =>
    (await this.sql('SELECT position FROM audit_lines ORDER BY position, id')).map(({ position }) => position)
}
