/** How often what was called, with which answers: by part (`accounts`, `storage`, `events`), account and operation. */
import type { Bucket } from './limits.ts'

export interface OperationCount {
  count: number
  /** Of the rate limit; calls to media accounts only. */
  bucket?: Bucket
  /** Answers by status code; a request that got no answer counts under `none`. */
  statuses: Record<string, number>
}

export type CounterPart = 'accounts' | 'storage' | 'events'
export type CounterReport = Record<CounterPart, Record<string, Record<string, OperationCount>>>

const empty = (): CounterReport => ({ accounts: {}, storage: {}, events: {} })

export class Counters {
  #report = empty()
  /** What was shown last, as long as it is true. */
  #shown: CounterReport | undefined

  /** @param status HTTP status, or undefined when the connection was closed without an answer. */
  count(part: CounterPart, account: string, operation: string, status: number | undefined, bucket?: Bucket): void {
    this.#shown = undefined
    const operations = this.#report[part][account] ?? {}
    const entry = operations[operation] ?? { count: 0, ...(bucket === undefined ? {} : { bucket }), statuses: {} }
    this.#report[part][account] = operations
    operations[operation] = entry
    const key = status === undefined ? 'none' : String(status)
    entry.count += 1
    entry.statuses[key] = (entry.statuses[key] ?? 0) + 1
  }

  report(): CounterReport {
    this.#shown ??= structuredClone(this.#report)
    return this.#shown
  }

  reset(): void {
    this.#report = empty()
    this.#shown = undefined
  }
}
