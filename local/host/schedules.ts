import type { Database } from './database.ts'

/** When a timer last ran and is to run next, in milliseconds since 1970. */
export interface ScheduleStatus {
  readonly last: number | null
  readonly next: number | null
  readonly updated: number
}

/** The memory of timer triggers: how the host knows after a restart that it missed a run. */
export class Schedules {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  get(name: string): ScheduleStatus | undefined {
    return this.#db.get<ScheduleStatus>('SELECT last, next, updated FROM schedules WHERE name = ?', name)
  }

  set(name: string, { last, next, updated }: ScheduleStatus): void {
    this.#db.write(() =>
      this.#db.run('INSERT OR REPLACE INTO schedules VALUES (?, ?, ?, ?)', name, last, next, updated),
    )
  }
}
