import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { HostError, messageOf } from './errors.ts'

const schemaVersion = 1

/**
 * The state file: SQLite, WAL, every commit on disk before it returns, so that a kill at any moment loses nothing that
 * was committed. One process at a time may open it. Any write that fails is reported once to `onFatal`: the host must
 * not go on with a memory that its file does not have.
 */
export class Database {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  readonly #onFatal: (error: HostError) => void
  readonly #file: string
  #depth = 0
  #closed = false

  constructor(file: string, schema: string, onFatal: (error: HostError) => void) {
    this.#file = file
    this.#onFatal = onFatal
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
      this.#db = new DatabaseSync(file)
    } catch (error) {
      throw this.#unusable(error)
    }
    try {
      this.#open(schema)
    } catch (error) {
      this.#db.close()
      throw error instanceof HostError ? error : this.#unusable(error)
    }
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Runs `change` in one transaction; a call inside another joins it. */
  write<T>(change: () => T): T {
    if (this.#depth > 0) return change()
    this.#depth += 1
    try {
      this.#db.exec('BEGIN IMMEDIATE')
      const result = change()
      this.#db.exec('COMMIT')
      return result
    } catch (error) {
      this.#rollBack()
      if (!isSqliteError(error)) throw error
      const fatal = this.#unusable(error)
      this.#onFatal(fatal)
      throw fatal
    } finally {
      this.#depth -= 1
    }
  }

  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#prepare(sql).run(...values).changes)
  }

  get<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#prepare(sql).get(...values) as Row | undefined
  }

  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#prepare(sql).all(...values) as Row[]
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#db.close()
  }

  #open(schema: string): void {
    this.#db.exec(
      'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON',
    )
    const found = this.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0
    if (found !== 0 && found !== schemaVersion) {
      throw new HostError(
        `The state in ${this.#file} was written by another version of the host (schema ${found}, this one knows ` +
          `${schemaVersion}). Give another --state directory or remove this one.`,
      )
    }
    this.#db.exec(`BEGIN IMMEDIATE; ${schema}; PRAGMA user_version = ${schemaVersion}; COMMIT`)
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.#db.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  #rollBack(): void {
    try {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
    } catch {
      // The first error is the one to report; SQLite rolls back by itself when the file is opened again.
    }
  }

  #unusable(error: unknown): HostError {
    return new HostError(`The state file ${this.#file} cannot be used: ${explain(error)}`, { cause: error })
  }
}

const isSqliteError = (error: unknown): boolean => sqliteCode(error) !== undefined

const sqliteCode = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : undefined

/** Primary result codes of SQLite: https://www.sqlite.org/rescode.html */
const explain = (error: unknown): string => {
  const primary = (sqliteCode(error) ?? 0) & 0xff
  if (primary === 5) return 'another host is using it. Stop that one or give another --state directory.'
  if (primary === 8) return 'it is read-only. Make it writable or give another --state directory.'
  if (primary === 10)
    return `the disk refused a read or write (${messageOf(error)}). Look at the disk, then start again.`
  if (primary === 11 || primary === 26) return 'it is damaged. Remove it or give another --state directory.'
  if (primary === 13) return 'the disk is full. Make space, then start again: nothing that was committed is lost.'
  return `${messageOf(error)}. Give a --state directory that can be written.`
}
