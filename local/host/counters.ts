import type { Database } from './database.ts'

export type Outcome = 'started' | 'succeeded' | 'failed'
export type Counts = Record<Outcome, number>

/**
 * How often each function was called and how it ended, over all restarts. Counts of durable functions are committed
 * with the change they belong to; others within `flushMs`, since an HTTP call must not wait for the disk.
 */
export class Counters {
  readonly #db: Database
  readonly #pending: [string, Outcome][] = []
  #timer: NodeJS.Timeout | undefined

  constructor(db: Database) {
    this.#db = db
  }

  /** Counts in the transaction at hand, or in one of its own. */
  count(name: string, outcome: Outcome): void {
    this.#db.write(() => {
      this.#db.run('INSERT OR IGNORE INTO counters (name) VALUES (?)', name)
      this.#db.run(increment[outcome], name)
    })
  }

  /** Counts soon. */
  countLater(name: string, outcome: Outcome, flushMs = 100): void {
    this.#pending.push([name, outcome])
    this.#timer ??= setTimeout(() => this.flush(), flushMs)
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const pending = this.#pending.splice(0)
    if (pending.length === 0 || this.#db.closed) return
    this.#db.write(() => {
      for (const [name, outcome] of pending) this.count(name, outcome)
    })
  }

  all(): Record<string, Counts> {
    this.flush()
    const rows = this.#db.all<Counts & { name: string }>('SELECT name, started, succeeded, failed FROM counters')
    return Object.fromEntries(rows.map(({ name, ...counts }) => [name, counts]))
  }
}

const increment: Record<Outcome, string> = {
  started: 'UPDATE counters SET started = started + 1 WHERE name = ?',
  succeeded: 'UPDATE counters SET succeeded = succeeded + 1 WHERE name = ?',
  failed: 'UPDATE counters SET failed = failed + 1 WHERE name = ?',
}
