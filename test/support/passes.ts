/** The steps of a pass in the order in which the orchestrator takes them, with facts kept as the ledger keeps them. */
import type { Facts, Permissions } from '../../src/lib/ledger/facts.ts'
import type { Outcome, Side, Unit } from '../../src/lib/model.ts'
import { copyFiles } from '../../src/lib/replicate/copy.ts'
import type { Pair } from '../../src/lib/replicate/pair.ts'
import { prepareTwin } from '../../src/lib/replicate/prepare.ts'
import { type Holder, publishTwin } from '../../src/lib/replicate/publish.ts'
import { removeTwin } from '../../src/lib/replicate/remove-asset.ts'
import type { RouteRules } from '../../src/lib/replicate/rules.ts'
import { type Survey, surveyAsset } from '../../src/lib/replicate/survey.ts'
import { foundFacts } from '../../src/lib/replicate/survey-facts.ts'
import { diagnose, outcomeOf } from '../../src/lib/replicate/trouble.ts'
import { withdrawLocators } from '../../src/lib/replicate/withdraw.ts'
import { withBegun } from '../../src/lib/storage/own-files.ts'
import type { TwoRegions } from './two-regions.ts'

/** A route that nothing holds back. */
export const freely: RouteRules = { deletes: { allow: async () => {} }, withdrawn: async () => new Set() }

export class Passes {
  pair: Pair
  facts: Facts = {}
  rules = freely
  /** When the unit was last in sync. */
  inSyncAt: number | undefined
  /** Units that the target turned out not to have. */
  readonly doubted: string[] = []
  /** Locators of ours of other assets, as the ledger knows them. */
  holders: readonly Holder[] = []
  /** Sides that turned out not to answer while something was published. */
  readonly silent: Side[] = []
  readonly #asset: string

  constructor(ground: TwoRegions, asset: string) {
    this.pair = ground.pair()
    this.#asset = asset
  }

  /** @param finishedAt by default an event says that everything written so far is finished. */
  survey(permissions: Permissions = {}, finishedAt: number | undefined = Date.now() + 10_000): Promise<Survey> {
    const { facts, rules, inSyncAt } = this
    return surveyAsset(this.pair, { name: this.#asset, facts, permissions, finishedAt, rules, inSyncAt })
  }

  async run(permissions: Permissions = {}): Promise<Outcome> {
    try {
      return await this.goOn(await this.survey(permissions), permissions)
    } catch (error) {
      return outcomeOf(error, this.pair)
    }
  }

  /** From a survey on. */
  async goOn(survey: Survey, permissions: Permissions = {}): Promise<Outcome> {
    try {
      return await this.#work(survey, permissions)
    } catch (error) {
      return outcomeOf(error, this.pair)
    }
  }

  async #work(survey: Survey, permissions: Permissions): Promise<Outcome> {
    const { pair } = this
    if (survey.outcome === undefined || survey.withdraw.length > 0) this.#record(foundFacts(survey.facts))
    if (survey.withdraw.length > 0) await this.#withdraw(survey.withdraw, permissions)
    if (survey.remove) {
      this.#record(await removeTwin(pair, this.#asset, this.facts, this.rules.deletes))
      return { outcome: 'inSync' }
    }
    if (survey.outcome !== undefined || survey.source === undefined) {
      this.#record(survey.withdraw.length === 0 ? survey.facts : {})
      return survey.outcome ?? { outcome: 'failed', code: 'Unexpected' }
    }
    const owner = survey.facts.owner === 'adopted' ? 'adopted' : 'made'
    const { mark, ...target } = await prepareTwin(pair, this.#asset, survey.source, owner, {
      before: this.facts,
      deletes: this.rules.deletes,
      making: async making => this.#record(making),
    })
    this.#record({ twinAsset: mark })
    const places = { source: survey.source, target }
    const listing = survey.facts.listing ?? ''
    for (let left = 1; left > 0; ) {
      const copied = await copyFiles(
        pair,
        this.#asset,
        places,
        survey.live,
        listing,
        async () => false,
        async items => this.#record({ filesBegun: withBegun(this.facts.filesBegun ?? '', items) }),
      )
      if (copied.changed > 0) return { outcome: 'waiting', code: 'SourceChanged' }
      left = copied.left
    }
    const seen = { listing, locators: survey.locators }
    const { outcome, facts } = await publishTwin(pair, this.#asset, places, seen, {
      before: this.facts,
      permissions,
      withdrawn: this.rules.withdrawn,
      deletes: this.rules.deletes,
      pending: async () => undefined,
      doubt: async units => {
        this.doubted.push(...units.map(({ kind, name }: Unit) => `${kind} ${name}`))
      },
      holders: async () => this.holders,
      made: async made => this.#record(made),
      trouble: async error => {
        const { outcome, down } = await diagnose(error, pair)
        if (down !== undefined) this.silent.push(down)
        return outcome
      },
    })
    this.#record(facts)
    return outcome
  }

  async #withdraw(locators: readonly string[], permissions: Permissions): Promise<void> {
    const withdrawn = await this.rules.withdrawn(locators)
    const { deletes } = this.rules
    const basis = { facts: this.facts, permissions }
    this.#record(await withdrawLocators(this.pair, this.#asset, locators, basis, deletes, withdrawn))
  }

  #record(facts: Facts): void {
    this.facts = { ...this.facts, ...facts }
  }
}

/** Passes of a new asset with one file in A, on a route whose deletes follow. */
export const passesWithDeletes = async (ground: TwoRegions, asset: string, clock: () => number): Promise<Passes> => {
  const passes = new Passes(ground, asset)
  const { pair } = passes
  passes.pair = { ...pair, route: { ...pair.route, deletes: 'assets' }, clock }
  await ground.arm.east.put(`assets/${asset}`, { container: asset })
  await ground.putBlob('east', asset, 'a.mp4', 'a')
  return passes
}
