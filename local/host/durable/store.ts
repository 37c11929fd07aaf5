import type { Database } from '../database.ts'
import type { Decision } from './decision.ts'
import type { HistoryEvent, ParentInstance } from './history.ts'
import type { InboxRow } from './inbox.ts'
import { type Instance, isFinished, type RuntimeStatus } from './instance.ts'

interface InstanceRow {
  id: string
  name: string
  version: string
  execution_id: string
  status: RuntimeStatus
  input: string | null
  output: string | null
  custom_status: string | null
  created_at: number
  updated_at: number
  parent: string | null
}

/** An activity that was scheduled and whose result is not yet committed. */
export interface WorkRow {
  readonly seq: number
  readonly instance_id: string
  readonly execution_id: string
  readonly task_id: number
  readonly name: string
  readonly input: string | null
}

interface TimerRow {
  readonly instance_id: string
  readonly execution_id: string
  readonly task_id: number
  readonly fire_at: number
}

export const toInstance = (row: InstanceRow): Instance => ({
  id: row.id,
  name: row.name,
  version: row.version,
  executionId: row.execution_id,
  status: row.status,
  input: row.input,
  output: row.output,
  customStatus: row.custom_status,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  parent: row.parent === null ? null : (JSON.parse(row.parent) as ParentInstance),
})

/** Instances, their histories, and all that is still to happen to them. What belongs together goes through `write`. */
export class DurableStore {
  readonly db: Database

  constructor(db: Database) {
    this.db = db
  }

  write<T>(change: () => T): T {
    return this.db.write(change)
  }

  instance(id: string): Instance | undefined {
    const row = this.db.get<InstanceRow>('SELECT * FROM instances WHERE id = ?', id)
    return row && toInstance(row)
  }

  /** Replaces whatever had that id, with all that belonged to it. */
  insert(instance: Instance): void {
    this.remove(instance.id)
    this.db.run(
      'INSERT INTO instances VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      instance.id,
      instance.name,
      instance.version,
      instance.executionId,
      instance.status,
      instance.input,
      instance.output,
      instance.customStatus,
      instance.createdAt,
      instance.updatedAt,
      instance.parent && JSON.stringify(instance.parent),
    )
  }

  update(
    id: string,
    change: Partial<Pick<Instance, 'status' | 'output' | 'customStatus' | 'executionId' | 'input'>>,
    now: Date,
  ): void {
    const instance = this.instance(id)
    if (!instance) return
    const next = { ...instance, ...change }
    this.db.run(
      'UPDATE instances SET status = ?, output = ?, custom_status = ?, execution_id = ?, input = ?, updated_at = ? WHERE id = ?',
      next.status,
      next.output,
      next.customStatus,
      next.executionId,
      next.input,
      now.getTime(),
      id,
    )
  }

  remove(id: string): boolean {
    return this.db.run('DELETE FROM instances WHERE id = ?', id) > 0
  }

  history(id: string): HistoryEvent[] {
    return this.db
      .all<{ event: string }>('SELECT event FROM history WHERE instance_id = ? ORDER BY seq', id)
      .map(row => JSON.parse(row.event) as HistoryEvent)
  }

  appendHistory(id: string, events: readonly HistoryEvent[]): void {
    const last = this.db.get<{ seq: number | null }>('SELECT MAX(seq) AS seq FROM history WHERE instance_id = ?', id)
    let seq = last?.seq ?? 0
    for (const event of events) {
      seq += 1
      this.db.run('INSERT INTO history VALUES (?, ?, ?)', id, seq, JSON.stringify(event))
    }
  }

  kept(): { readonly instances: number; readonly events: number } {
    const count = (table: 'instances' | 'history') =>
      this.db.get<{ count: number }>(`SELECT COUNT(*) AS count FROM ${table}`)?.count ?? 0
    return { instances: count('instances'), events: count('history') }
  }

  clearHistory(id: string): void {
    this.db.run('DELETE FROM history WHERE instance_id = ?', id)
  }

  inbox(id: string): InboxRow[] {
    return this.db
      .all<{ seq: number; execution_id: string | null; event: string }>(
        'SELECT seq, execution_id, event FROM inbox WHERE instance_id = ? ORDER BY seq',
        id,
      )
      .map(row => ({ seq: row.seq, executionId: row.execution_id, event: JSON.parse(row.event) as HistoryEvent }))
  }

  /** Ids of instances with an inbox, the longest waiting first. */
  waiting(): string[] {
    return this.db
      .all<{ id: string }>('SELECT instance_id AS id FROM inbox GROUP BY instance_id ORDER BY MIN(seq)')
      .map(row => row.id)
  }

  /** False when nobody can take the event any more: the instance is gone, finished, or in a later execution. */
  enqueue(id: string, executionId: string | null, event: HistoryEvent): boolean {
    const instance = this.instance(id)
    if (!instance || isFinished(instance.status)) return false
    if (executionId !== null && executionId !== instance.executionId) return false
    this.db.run(
      'INSERT INTO inbox (instance_id, execution_id, event) VALUES (?, ?, ?)',
      id,
      executionId,
      JSON.stringify(event),
    )
    return true
  }

  consume(rows: readonly number[]): void {
    for (const seq of rows) this.db.run('DELETE FROM inbox WHERE seq = ?', seq)
  }

  /** Work and timers an episode decided on. */
  schedule(instance: Instance, { activities, timers, cancelledTimers }: Decision): void {
    const { id, executionId } = instance
    for (const { taskId, name, input } of activities) {
      this.db.run(
        'INSERT INTO work (instance_id, execution_id, task_id, name, input) VALUES (?, ?, ?, ?, ?)',
        id,
        executionId,
        taskId,
        name,
        input,
      )
    }
    for (const { taskId, fireAt } of timers) {
      this.db.run('INSERT INTO timers VALUES (?, ?, ?, ?)', id, executionId, taskId, fireAt)
    }
    for (const taskId of cancelledTimers) {
      this.db.run(
        'DELETE FROM timers WHERE instance_id = ? AND execution_id = ? AND task_id = ?',
        id,
        executionId,
        taskId,
      )
    }
  }

  /** Timers of an instance that has ended or begun anew. */
  dropTimers(id: string): void {
    this.db.run('DELETE FROM timers WHERE instance_id = ?', id)
  }

  nextWork(after: number): WorkRow | undefined {
    return this.db.get<WorkRow>('SELECT * FROM work WHERE seq > ? ORDER BY seq LIMIT 1', after)
  }

  /** False when the work was removed while it ran: its result is of no use. */
  removeWork(seq: number): boolean {
    return this.db.run('DELETE FROM work WHERE seq = ?', seq) > 0
  }

  nextTimer(): number | undefined {
    return this.db.get<{ at: number | null }>('SELECT MIN(fire_at) AS at FROM timers')?.at ?? undefined
  }

  /** Removes and returns all timers that are due. */
  takeDueTimers(now: number): TimerRow[] {
    return this.db.all<TimerRow>('DELETE FROM timers WHERE fire_at <= ? RETURNING *', now)
  }
}
