/** P5 and P10 for every call and every file that a scene has changed, by the rules of the histories. */
import { Editions } from '../faults/editions.ts'
import { brokenByFiles } from '../faults/file-rules.ts'
import { brokenByTraffic } from '../faults/traffic-rules.ts'
import type { Region, TwoRegions } from '../support/two-regions.ts'
import { homeOf, type Published, targetOf } from './scenario.ts'

const nobody = { withdrawn: new Set<string>(), confirmed: false }

/** What the rules call A and B. */
const roleOf = (published: Published) => (account: string) => (account === homeOf(published) ? 'east' : 'west')

export class Judge {
  readonly #ground: TwoRegions
  readonly #editions = new Editions()
  /** How much was done before a person asked for something. */
  #before = { lines: 0, requests: 0 }

  /** Begins with what is done from now on. */
  constructor(ground: TwoRegions) {
    this.#ground = ground
    ground.forgetTraffic()
  }

  /** To be told before the app looks at it. */
  published({ name, editions, asked }: Published): void {
    this.#editions.note(name, new Map(Object.entries(editions.at(-1) ?? {})))
    if (asked === undefined) return
    this.#before = { lines: this.#ground.traffic().length, requests: this.#ground.storageWrites().length }
  }

  /**
   * Sentences about what was done. Whatever stood in the target when a person asked counts as made by the app, which may
   * take it over, and what stood at home as made by others. Files that were there before are nobody's to delete.
   */
  broken(published: Published): readonly string[] {
    const { name } = published
    const role = roleOf(published)
    const target: Region = targetOf(published)
    const { lines, requests } = this.#before
    const traffic = this.#ground.traffic().map((line, index) => ({
      ...line,
      account: role(line.account),
      byApp: index < lines ? line.account === target : line.byApp,
    }))
    const files = this.#ground
      .storageWrites()
      .slice(requests)
      .filter(({ operation }) => published.home === undefined || operation !== 'SetContainerMetadata')
      .map(request => ({ ...request, account: role(request.account) }))
    return [
      ...brokenByTraffic(traffic, nobody),
      ...brokenByFiles(files, container => (container === name ? name : undefined), this.#editions),
    ]
  }
}
