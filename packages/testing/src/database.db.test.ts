import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { execute } from './execute.ts'
import { type TestDatabase, testDatabase } from './index.ts'

let first: TestDatabase
let second: TestDatabase

beforeAll(async () => {
  ;[first, second] = await Promise.all([testDatabase(), testDatabase()])
})
afterAll(async () => {
  await first?.drop()
  await second?.drop()
})

it('is migrated and on the database the project stands for', async () => {
  expect(first.db.provider).toBe(inject('databaseServer').provider)
  expect(
    await first.db.query('SELECT count(*) AS n FROM _prisma_migrations WHERE finished_at IS NULL', []),
  ).toEqual([{ n: 0 }])
})

it('shares nothing with another test’s database', async () => {
  await first.db.query('CREATE TABLE only_here (id int)', [])
  await expect(second.db.query('SELECT id FROM only_here', [])).rejects.toThrow()
})

it('is gone after drop', async () => {
  const third = await testDatabase()
  await third.drop()
  await expect(execute(third.url, 'SELECT 1')).rejects.toThrow()
})
