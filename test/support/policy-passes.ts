/** Passes over a unit without files, with facts kept as the ledger keeps them. */
import type { Facts, Permissions } from '../../src/lib/ledger/facts.ts'
import type { Kind, Outcome, Unit } from '../../src/lib/model.ts'
import type { Deletes } from '../../src/lib/replicate/deletes.ts'
import type { Pair } from '../../src/lib/replicate/pair.ts'
import type { Release } from '../../src/lib/replicate/policy-users.ts'
import { syncPolicy } from '../../src/lib/replicate/sync-policy.ts'
import { outcomeOf } from '../../src/lib/replicate/trouble.ts'

type PolicyKind = Exclude<Kind, 'asset' | 'streamingLocator'>

export class PolicyPasses {
  pair: Pair
  facts: Facts = {}
  /** Units that the target turned out not to have. */
  readonly doubted: string[] = []
  /** How locators that use a policy are taken off. */
  release: Release | undefined
  /** Without, nothing is deleted. */
  deletes: Deletes | undefined
  /** The source has been away since the unit was last in sync. */
  guarded = false
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
        guarded: this.guarded,
        ...(this.release === undefined ? {} : { release: this.release }),
        ...(this.deletes === undefined ? {} : { deletes: this.deletes }),
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

  /** What the target shows otherwise than it was written is tried once more before that is called a refusal. */
  async runTwice(): Promise<Outcome> {
    await this.run()
    return this.run()
  }

  #record(facts: Facts): void {
    this.facts = { ...this.facts, ...facts }
  }
}
