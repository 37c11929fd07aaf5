/**
 * An app whose passes only spend calls: the real ledger over a table in memory, the real governor of each instance, and
 * a clock that jumps. Dispatch runs every minute and after each close, as in the app.
 */

import type { Ledger, Request } from '../../../../src/lib/ledger/ledger.ts'
import { createLedger } from '../../../../src/lib/ledger/table-ledger.ts'
import type { Governor } from '../../../../src/lib/media/governor/governor.ts'
import { Governor as RealGovernor } from '../../../../src/lib/media/governor/governor.ts'
import type { Outcome, Start, Unit } from '../../../../src/lib/model.ts'
import { isServiceError } from '../../../../src/lib/service-error.ts'
import { MemoryTable } from '../../../support/memory-table.ts'
import type { RateLimitedService } from '../../../support/rate-limited-service.ts'
import type { VirtualTime } from '../../../support/virtual-time.ts'
import { east, times } from './support.ts'

const minute = 60_000

export interface AppOptions {
  readonly time: VirtualTime
  readonly service: RateLimitedService
  readonly routes: readonly string[]
  /** Milliseconds by which the clock of each instance is ahead. @default one that is right */
  readonly skews?: readonly number[]
}

export class CallingApp {
  readonly ledger: Ledger
  readonly governors: readonly Governor[]
  readonly table = new MemoryTable()
  /** When each unit was last in sync. */
  readonly done = new Map<string, number>()
  /** Passes that were begun. */
  passes = 0
  readonly #options: AppOptions

  constructor(options: AppOptions) {
    this.#options = options
    const { time, routes, skews = [0] } = options
    let keys = 0
    this.ledger = createLedger(this.table, {
      timing: times,
      clock: time.clock,
      randomKey: () => `key-${++keys}`,
      random: () => 0,
      routes: routes.map(key => ({ key, from: 'east', to: 'west', maxActive: 20, maxActivePolicies: 10 })),
      room: (route, priority) => this.#instance().room([east], { route, priority }),
    })
    this.governors = skews.map(
      skew =>
        new RealGovernor({
          store: this.ledger,
          clock: () => time.now + skew,
          timing: times,
          sleep: time.sleep,
        }),
    )
  }

  async request(unit: Unit, request: Request): Promise<void> {
    this.#run(await this.ledger.request(unit, request))
  }

  /** Dispatches every minute until everything is in sync, or until a time. */
  async dispatch(until: number, isOver: () => boolean): Promise<void> {
    const { time, routes } = this.#options
    while (time.now < until && !isOver()) {
      for (const route of routes) await this.#admit(route)
      await time.sleep(minute)
    }
  }

  async #admit(route: string): Promise<void> {
    for (const start of await this.ledger.admit(route)) this.#run(start)
  }

  #run(start: Start | undefined): void {
    // Its own failure is a failure of the test: nothing here throws.
    if (start !== undefined) void this.#pass(start)
  }

  /** Whichever instance happens to take it. */
  #instance(): Governor {
    const governor = this.governors[this.passes % this.governors.length]
    if (governor === undefined) throw new Error('There is no instance.')
    return governor
  }

  async #pass({ input: { unit, run, key } }: Start): Promise<void> {
    const { time } = this.#options
    this.passes += 1
    const claim = { unit, run, pass: `${key}.0` }
    await time.sleep(200)
    const begun = await this.ledger.begin(claim, '')
    if (begun.answer === 'refused') return
    const outcome = await this.#work(this.#instance(), unit, begun.priority)
    if ((await this.ledger.close(claim, begun.generation, outcome)).closed !== 'idle') return
    if (outcome.outcome === 'inSync') this.done.set(`${unit.route}/${unit.name}`, time.now)
    await this.#admit(unit.route)
  }

  /** What a pass of an encrypted asset costs of the scarcest bucket: one call. */
  async #work(governor: Governor, unit: Unit, priority: Request['priority']): Promise<Outcome> {
    const { time, service } = this.#options
    // Reading both sides, copying.
    await time.sleep(1500)
    try {
      const gate = governor.gate(east, { route: unit.route, priority })
      const tell = await gate('streamingLocators.listContentKeys')
      await time.sleep(100)
      const answer = service.take(time.now)
      if ('left' in answer) {
        await tell({ status: 200, remaining: { bucket: 'subscription-writes', left: answer.left } })
        return { outcome: 'inSync' }
      }
      await tell({ status: 429, throttled: { wait: answer.wait } })
      return { outcome: 'throttled', code: 'Throttled', until: time.now + answer.wait }
    } catch (error) {
      if (!isServiceError(error)) throw error
      return { outcome: 'throttled', code: 'BudgetUsed', until: time.now + (error.retryAfter ?? 0) }
    }
  }
}
