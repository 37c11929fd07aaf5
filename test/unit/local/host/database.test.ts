import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Database } from '../../../../local/host/database.ts'
import { temporaryDirectory } from './host-process.ts'

const table = 'CREATE TABLE IF NOT EXISTS t (x TEXT)'
const count = (db: Database) => db.get<{ n: number }>('SELECT count(*) AS n FROM t')?.n

test('P3: a full disk is fatal, named, and leaves nothing of its transaction', () => {
  using directory = temporaryDirectory()
  const reported: Error[] = []
  const db = new Database(join(directory.path, 'x.db'), table, error => reported.push(error))
  db.write(() => db.run('INSERT INTO t VALUES (?)', 'before'))
  db.run('PRAGMA max_page_count = 4')
  const fill = () => {
    for (let i = 0; i < 10; i += 1) db.run('INSERT INTO t VALUES (?)', 'x'.repeat(4000))
  }
  expect(() => db.write(fill)).toThrow(/the disk is full/)
  expect(reported.map(error => error.message)).toEqual([expect.stringMatching(/the disk is full\. Make space/)])
  expect(count(db)).toBe(1)
  db.close()
})

test('a change that throws is undone and not fatal; one inside another joins it', () => {
  using directory = temporaryDirectory()
  const reported: Error[] = []
  const db = new Database(join(directory.path, 'x.db'), table, error => reported.push(error))
  const insert = () => db.write(() => db.run('INSERT INTO t VALUES (?)', 'x'))
  expect(() =>
    db.write(() => {
      insert()
      throw new Error('changed my mind')
    }),
  ).toThrow('changed my mind')
  expect([count(db), reported]).toEqual([0, []])
  db.write(() => {
    insert()
    insert()
  })
  expect(count(db)).toBe(2)
  db.close()
})

test('a state file of another schema is refused, not changed', () => {
  using directory = temporaryDirectory()
  const file = join(directory.path, 'x.db')
  const first = new Database(file, table, () => {})
  first.run('PRAGMA user_version = 99')
  first.close()
  expect(() => new Database(file, table, () => {})).toThrow(/schema 99/)
})
