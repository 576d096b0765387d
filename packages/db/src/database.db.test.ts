import { randomUUID } from 'node:crypto'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { isForeignKeyViolation, isUnavailable, isUniqueViolation, LockTimeoutError, openDb } from './index.ts'
import { MigrationError, migrate, readMigrations } from './migrate/index.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test?.drop())

const name = () => `u${randomUUID()}`
const createUser = (username = name()) =>
  test.db.prisma.user.create({ data: { username, usernameKey: username.toLowerCase() } })

describe('skipDuplicates', () => {
  const makers = {
    'in a transaction': <T>(run: (prisma: TestDatabase['db']['prisma']) => Promise<T>) =>
      test.db.transaction((tx) => run(tx as typeof test.db.prisma)),
    alone: <T>(run: (prisma: TestDatabase['db']['prisma']) => Promise<T>) => run(test.db.prisma),
  }
  it.each(Object.keys(makers) as (keyof typeof makers)[])('%s: passes over what is there', async (where) => {
    const [one, two, three] = [name(), name(), name()]
    const row = (username: string) => ({ username, usernameKey: username })
    const many = Array.from({ length: 200 }, () => row(name()))
    const create = (...data: { username: string; usernameKey: string }[]) =>
      makers[where]((prisma) => prisma.user.createMany({ data, skipDuplicates: true }))
    expect(await create(row(one), ...many)).toEqual({ count: 201 })
    expect(await create(row(one), row(two), ...many)).toEqual({ count: 1 })
    // More than 64 duplicates, which is as many warnings as MySQL remembers by itself, hide no error behind them.
    const long = { username: three, usernameKey: 'x'.repeat(10_000) }
    await expect(create(...many, row(three), long)).rejects.toThrow()
    expect(await test.db.prisma.user.count({ where: { username: three } })).toBe(0)
  })

  it.each(Object.keys(makers) as (keyof typeof makers)[])(
    '%s: over no row that refers to nothing',
    async (where) => {
      const data = [{ projectId: 2_000_000_000 }]
      const create = makers[where]((prisma) => prisma.quota.createMany({ data, skipDuplicates: true }))
      const error = await create.catch((error: unknown) => error)
      expect(isForeignKeyViolation(error), String(error)).toBe(true)
    },
  )
})

describe('query', () => {
  it('gives the same plain types on both databases', async () => {
    const user = await createUser()
    await test.db.prisma.systemProperty.create({ data: { name: user.username, value: { list: [1, 'ü'] } } })
    const [row] = await test.db.query(
      `SELECT u.id, u.username, u.sysadmin, u.email, u.created_at, p.value, '?' AS literal,
              CAST(3000000000 AS ${inject('databaseServer').provider === 'mysql' ? 'SIGNED' : 'BIGINT'}) AS big
         FROM users u JOIN system_properties p ON p.name = u.username WHERE u.username = ? AND u.id = ?`,
      [user.username, user.id],
    )
    expect(row).toEqual({
      id: user.id,
      username: user.username,
      sysadmin: false,
      email: null,
      created_at: user.createdAt,
      value: { list: [1, 'ü'] },
      literal: '?',
      big: 3_000_000_000,
    })
  })

  it('compares names by their bytes: case, accents and blanks at the end matter', async () => {
    const user = await createUser('Zoë')
    const found = (text: string) =>
      test.db.query('SELECT id FROM users WHERE username = ? AND id = ?', [text, user.id])
    expect(await found('Zoë')).toHaveLength(1)
    expect(await found('zoë')).toHaveLength(0)
    expect(await found('Zoe')).toHaveLength(0)
  })

  it('means the same moment whatever the zone of this process', async () => {
    const user = await createUser()
    const zone = process.env.TZ
    try {
      for (const other of ['America/New_York', 'Asia/Shanghai']) {
        process.env.TZ = other
        expect(new Date().getTimezoneOffset()).not.toBe(0)
        expect(
          await test.db.query('SELECT created_at FROM users WHERE id = ? AND created_at = ?', [
            user.id,
            user.createdAt,
          ]),
        ).toEqual([{ created_at: user.createdAt }])
      }
    } finally {
      if (zone === undefined) delete process.env.TZ
      else process.env.TZ = zone
    }
  })

  it('takes a value with quotes and comment signs for what it is', async () => {
    const hostile = `x'; DROP TABLE users; -- ${name()}`
    const user = await createUser(hostile)
    expect(await test.db.query('SELECT id FROM users WHERE username = ?', [hostile])).toEqual([
      { id: user.id },
    ])
  })
})

describe('errors', () => {
  it('tells a second row with the same key, through Prisma and through SQL', async () => {
    const user = await createUser()
    const again = await createUser(user.username).catch((error) => error)
    expect(isUniqueViolation(again)).toBe(true)
    const raw = await test.db
      .query('INSERT INTO users (username, username_key, updated_at) VALUES (?, ?, ?)', [
        user.username,
        user.usernameKey,
        new Date(),
      ])
      .catch((error) => error)
    expect(isUniqueViolation(raw)).toBe(true)
    expect(isForeignKeyViolation(raw)).toBe(false)
  })

  it('tells a row whose owner is missing', async () => {
    const error = await test.db.prisma.member
      .create({ data: { projectId: 999_999, userId: 999_999, roleId: 1 } })
      .catch((error) => error)
    expect(isForeignKeyViolation(error)).toBe(true)
  })

  it('tells a server that cannot be reached, both ways, within seconds', async () => {
    const url = new URL(test.url)
    url.port = '1'
    const db = openDb({ url: url.href })
    const errors = [db.query('SELECT 1'), db.prisma.user.count()].map((asked) =>
      asked.catch((error) => error),
    )
    for (const error of await Promise.all(errors)) expect(isUnavailable(error)).toBe(true)
    await db.close()
  })
})

describe('transaction', () => {
  it('leaves nothing behind when it fails', async () => {
    const username = name()
    await expect(
      test.db.transaction(async (tx) => {
        await tx.user.create({ data: { username, usernameKey: username } })
        throw new Error('changed my mind')
      }),
    ).rejects.toThrow('changed my mind')
    expect(await test.db.prisma.user.count({ where: { username } })).toBe(0)
  })

  it('runs again after a deadlock, so that both sides finish', async () => {
    const [a, b] = [await createUser(), await createUser()]
    let arrived = 0
    let open = () => {}
    const both = new Promise<void>((resolve) => {
      open = resolve
    })
    const cross = (first: number, second: number) =>
      test.db.transaction(async (tx) => {
        await tx.user.update({ where: { id: first }, data: { credentialEpoch: { increment: 1 } } })
        if (++arrived === 2) open()
        // Only the first attempts wait for each other; a repetition finds the door open.
        await both
        await tx.user.update({ where: { id: second }, data: { credentialEpoch: { increment: 1 } } })
      })
    await Promise.all([cross(a.id, b.id), cross(b.id, a.id)])
    const users = await test.db.prisma.user.findMany({ where: { id: { in: [a.id, b.id] } } })
    expect(users.map((user) => user.credentialEpoch)).toEqual([2, 2])
  })
})

describe('lock', () => {
  it('ends nothing when the server cuts the connection that holds it', async () => {
    const own = openDb({ url: test.url, poolSize: 2 })
    const connections = () =>
      own.provider === 'mysql'
        ? test.db.query<{ id: number }>(
            'SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()',
          )
        : test.db.query<{ id: number }>(
            'SELECT pid AS id FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
          )
    const work = own.lock('cut', async () => {
      for (const { id } of await connections())
        await test.db
          .query(own.provider === 'mysql' ? `KILL ${id}` : `SELECT pg_terminate_backend(${id})`)
          .catch(() => {})
      return own.query<{ one: number }>('SELECT 1 AS one')
    })
    expect(await work).toEqual([{ one: 1 }])
    expect(await own.lock('cut', async () => 'again')).toBe('again')
    await own.close()
  })

  it('lets one holder in at a time, across nodes', async () => {
    const other = openDb({ url: test.url })
    let inside = 0
    let most = 0
    const work = (db: typeof other) =>
      db.lock('the-same', async () => {
        most = Math.max(most, ++inside)
        await db.query('SELECT 1')
        inside--
      })
    await Promise.all([test.db, other, test.db, other, other, test.db].map(work))
    expect(most).toBe(1)
    await other.close()
  })

  it('says so when it is not free in time, and works again afterwards', async () => {
    const other = openDb({ url: test.url })
    await test.db.lock('held', async () => {
      await expect(other.lock('held', async () => 'in', 200)).rejects.toThrow(LockTimeoutError)
    })
    expect(await other.lock('held', async () => 'in', 5_000)).toBe('in')
    await other.close()
  })
})

describe('locks of one node', () => {
  it('let many wait for one without keeping anybody from another, and come in pairs', async () => {
    const small = openDb({ url: test.url, poolSize: 1 })
    let open = () => {}
    const held = new Promise<void>((resolve) => {
      open = resolve
    })
    const other = openDb({ url: test.url })
    let inside = 0
    const entered = Promise.withResolvers<void>()
    const holder = other.lock('pair-b', () => {
      entered.resolve()
      return held
    })
    // On a busy machine the other node could else be the first.
    await entered.promise
    const many = Array.from({ length: 20 }, () =>
      other.lock(['pair-a', 'pair-b'], async () => {
        expect(++inside).toBe(1)
        inside--
      }),
    )
    // One connection for locks is enough: nobody waits on one that another waiter holds.
    expect(await small.lock(['free-a', 'free-b'], async () => 'in', 5_000)).toBe('in')
    await expect(small.lock(['free-a', 'pair-b'], async () => 'in', 200)).rejects.toThrow(LockTimeoutError)
    open()
    await Promise.all([holder, ...many])
    expect(await small.lock(['pair-a', 'pair-b'], async () => 'in', 5_000)).toBe('in')
    await Promise.all([small.close(), other.close()])
  })
})

describe('migrate', () => {
  it('applies nothing twice', async () => {
    expect(await migrate(test.url)).toEqual([])
  })

  it('refuses an applied migration that was changed since, and one that failed before', async () => {
    const copy = await testDatabase()
    const [first] = await readMigrations(copy.db.provider)
    await copy.db.query('UPDATE _prisma_migrations SET checksum = ? WHERE migration_name = ?', [
      '0',
      first!.name,
    ])
    await expect(migrate(copy.url)).rejects.toThrow(MigrationError)
    await copy.db.query('UPDATE _prisma_migrations SET checksum = ?, finished_at = NULL', [first!.checksum])
    await expect(migrate(copy.url)).rejects.toThrow(/failed before/)
    await copy.drop()
  })

  it('agrees with the models: no drift', async () => {
    const { provider, url } = inject('databaseServer')
    if (provider === 'mysql') {
      const { mysqlDrift } = await import('./author/mysql-drift.ts')
      expect(await mysqlDrift(url)).toEqual([])
    } else {
      const { postgresqlDrift } = await import('./author/postgresql.ts')
      expect(await postgresqlDrift(url)).toBe('')
    }
  })
})
