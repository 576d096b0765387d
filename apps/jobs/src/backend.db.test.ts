import { testDatabase } from '@berth/testing'
import { expect, test } from 'vitest'
import { againAfterDeadlock } from './backend.ts'

test('a command of the queue that Postgres ends as a deadlock is asked again; other errors are told', async () => {
  const { db, drop } = await testDatabase()
  if (db.provider === 'postgresql') {
    await db.query('CREATE TABLE counts (id INT PRIMARY KEY, n INT NOT NULL)')
    await db.query('INSERT INTO counts VALUES (1, 0), (2, 0)')
    let asked = 0
    const ask = againAfterDeadlock((text) => {
      asked++
      return db.query(text)
    })
    // Each locks one row and then the other's, in one statement as the queue's commands are.
    const both = (first: number, second: number) =>
      ask(`DO $$ BEGIN
        UPDATE counts SET n = n + 1 WHERE id = ${first}; PERFORM pg_sleep(0.05);
        UPDATE counts SET n = n + 1 WHERE id = ${second}; END $$`)
    await Promise.all([both(1, 2), both(2, 1)])
    expect(asked).toBeGreaterThan(2)
    expect(await db.query('SELECT n FROM counts')).toEqual([{ n: 2 }, { n: 2 }])
  }
  let asked = 0
  const refused = againAfterDeadlock(async () => {
    asked++
    return db.query('SELECT * FROM nowhere')
  })
  await expect(refused('')).rejects.toThrow(/nowhere/)
  expect(asked).toBe(1)
  await drop()
})
