/** Governors over one service and one place to tell each other, on a clock that jumps. */
import { Governor } from '../../../../src/lib/media/governor/governor.ts'
import type { Caller } from '../../../../src/lib/model.ts'
import { isServiceError } from '../../../../src/lib/service-error.ts'
import { timing } from '../../../../src/lib/timing.ts'
import type { RateLimitedService } from '../../../support/rate-limited-service.ts'
import type { VirtualTime } from '../../../support/virtual-time.ts'

export const times = timing(1)
export const east = {
  key: 'east',
  endpoint: 'https://management.azure.com/',
  subscriptionId: '1',
  credential: { kind: 'identity' },
} as const

/** What governors save, in memory. */
export class MemoryBudgets {
  readonly saved = new Map<string, string>()
  swaps = 0
  writes = 0

  async changeBudget<T extends object>(id: string, change: (saved: unknown) => T): Promise<T> {
    const before = this.saved.get(id)
    const after = change(before === undefined ? undefined : JSON.parse(before))
    this.swaps += 1
    if (JSON.stringify(after) !== before) this.writes += 1
    this.saved.set(id, JSON.stringify(after))
    return after
  }
}

/** @param skew milliseconds that this instance's clock is ahead. */
export const governorOn = (
  time: VirtualTime,
  store: MemoryBudgets,
  skew = 0,
  more: Pick<ConstructorParameters<typeof Governor>[0], 'ended'> = {},
): Governor => new Governor({ store, clock: () => time.now + skew, timing: times, sleep: time.sleep, ...more })

/** One call that takes a while. @returns what was left after it, or until when it was not made, or what the service said. */
export const callOver =
  (time: VirtualTime, service: RateLimitedService, account: Parameters<Governor['gate']>[0] = east) =>
  async (
    governor: Governor,
    caller: Caller,
    [there, back]: readonly [number, number] = [50, 50],
  ): Promise<{ left: number } | { until: number } | 'refused'> => {
    try {
      const tell = await governor.gate(account, caller)('streamingLocators.listContentKeys')
      await time.sleep(there)
      const answer = service.take(time.now)
      await time.sleep(back)
      if ('left' in answer) {
        await tell({ status: 200, remaining: { bucket: 'subscription-writes', left: answer.left } })
        return answer
      }
      await tell({ status: 429, throttled: { wait: service.retryAfter ? answer.wait : undefined } })
      return 'refused'
    } catch (error) {
      if (!isServiceError(error)) throw error
      return { until: time.now + (error.retryAfter ?? 0) }
    }
  }
