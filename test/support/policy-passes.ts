/** Passes over a unit without files, with facts kept as the ledger keeps them. */
import type { Facts, Permissions } from '../../src/lib/ledger/facts.ts'
import type { Kind, Outcome, Unit } from '../../src/lib/model.ts'
import type { Pair } from '../../src/lib/replicate/pair.ts'
import { syncPolicy } from '../../src/lib/replicate/sync-policy.ts'
import { outcomeOf } from '../../src/lib/replicate/trouble.ts'
import { ServiceError } from '../../src/lib/service-error.ts'

type PolicyKind = Exclude<Kind, 'asset' | 'streamingLocator'>

export class PolicyPasses {
  pair: Pair
  facts: Facts = {}
  /** Units that the target turned out not to have. */
  readonly doubted: string[] = []
  readonly #unit: Unit & { readonly kind: PolicyKind }

  constructor(pair: Pair, kind: PolicyKind, name: string) {
    this.pair = pair
    this.#unit = { route: pair.route.key, kind, name }
  }

  async run(permissions: Permissions = {}): Promise<Outcome> {
    try {
      const { outcome, facts } = await syncPolicy(this.pair, this.#unit, {
        facts: this.facts,
        permissions,
        mayWrite: async before => this.#record(before),
        doubt: async units => {
          this.doubted.push(...units.map(({ kind, name }) => `${kind} ${name}`))
        },
      })
      this.#record(facts)
      return outcome
    } catch (error) {
      return outcomeOf(error, this.pair)
    }
  }

  #record(facts: Facts): void {
    this.facts = { ...this.facts, ...facts }
  }
}

/** A pair whose call number `failing` to the target is carried out and then answered by nothing. */
export const losingReply = (pair: Pair, failing: number): Pair => {
  const made = { calls: 0 }
  const target = new Proxy(pair.target, {
    get: (real, property, receiver) => {
      const member: unknown = Reflect.get(real, property, receiver)
      if (typeof member !== 'function') return member
      return async (...args: unknown[]) => {
        made.calls += 1
        const fails = made.calls === failing
        const answer: unknown = await (member as (...args: unknown[]) => unknown).apply(real, args)
        if (fails) throw new ServiceError('unavailable', 'no answer', { side: 'target' })
        return answer
      }
    },
  })
  return { ...pair, target }
}
