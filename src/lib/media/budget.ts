/**
 * What is left of the rate limits of each account, as the service last said, and whether work that can wait should. In
 * the memory of one instance: the service counts for all of them, so that each learns it from its own answers.
 */
import type { AccountKey, Clock } from '../model.ts'
import type { Call } from './arm/policies.ts'

/** Calls an hour (contract section 12); reading the secrets of policies is counted apart under a shared name. */
const hourly = {
  'subscription-reads': 12_000,
  'subscription-writes': 1_200,
  'subscription-deletes': 15_000,
  'subscription-resource-requests': 12_000,
  policySecrets: 3_000,
} as const
type Bucket = keyof typeof hourly
const secrets = 'contentKeyPolicies.getPolicyPropertiesWithSecrets'

/** Left to the owner of the account and to events: bulk work takes 60 of 100 calls, no work the last 20. */
const floors = { bulk: 0.4, event: 0.2 } as const

interface Left {
  readonly share: number
  readonly at: number
}

/** What accounts said is left of their rate limits, as every answer tells; what is old counts as nothing known. */
export class Budget {
  readonly #left = new Map<string, Left>()
  readonly #clock: Clock
  readonly #wait: number

  /** @param wait milliseconds for which a bucket that is low is left alone; then one more look is taken. */
  constructor(clock: Clock, wait: number) {
    this.#clock = clock
    this.#wait = wait
  }

  note({ account, operation, remaining }: Pick<Call, 'account' | 'operation' | 'remaining'>): void {
    if (remaining === undefined) return
    const bucket = operation === secrets ? 'policySecrets' : remaining.bucket
    if (!Object.hasOwn(hourly, bucket)) return
    const share = remaining.left / hourly[bucket as Bucket]
    this.#left.set(`${account}/${bucket}`, { share, at: this.#clock() })
  }

  /** Milliseconds since 1970 until which work of this kind leaves these accounts alone; undefined where it need not. */
  heldUntil(accounts: readonly AccountKey[], work: keyof typeof floors): number | undefined {
    const now = this.#clock()
    const until = [...this.#left]
      .filter(([key]) => accounts.some(account => key.startsWith(`${account}/`)))
      .filter(([, { share }]) => share < floors[work])
      .map(([, { at }]) => at + this.#wait)
    const latest = Math.max(0, ...until)
    return latest > now ? latest : undefined
  }
}
