/** What a scenario does: publish in A as a publisher does, interfere in B as another owner does, and wait for the app. */
import { expect } from 'vitest'
import { compareAccounts } from '../../../local/compare/compare.ts'
import { defaultSwitches } from '../../../local/simulator/switches.ts'
import type { ArmClient, JsonObject } from '../../../local/stack/arm.ts'
import type { UnitView } from '../../../local/stack/host-api.ts'
import type { RegionKey } from '../../../local/stack/regions.ts'
import type { Stack } from '../../../local/stack/stack.ts'
import { deliver, eventually, inSync, jobFinished, putBlob, route, sender, unit } from '../support.ts'

export type Kind = 'asset' | 'contentKeyPolicy' | 'streamingPolicy' | 'accountFilter'

export interface Scenario {
  readonly name: string
  play(scene: Scene): Promise<void>
  /** What the comparer must say in the end, besides nothing else; by default B is the twin of A. */
  readonly differs?: readonly RegExp[]
  /** Where a route leads back as well. */
  readonly writesSource?: true
}

/** Licence and key servers of A have another name in B. */
export const rewriteUrls = [{ from: 'lic-east.contoso.example', to: 'lic.contoso.example' }] as const

/** Milliseconds that a pass may take on a machine that does a lot else. */
const busy = 60_000

const collections = {
  asset: 'assets',
  contentKeyPolicy: 'contentKeyPolicies',
  streamingPolicy: 'streamingPolicies',
  accountFilter: 'accountFilters',
} as const satisfies Record<Kind, string>

export class Scene {
  readonly stack: Stack
  readonly #prefix: string
  readonly #switched: string[] = []

  /** @param prefix of all names, so that scenarios that share a stack do not see each other. */
  constructor(stack: Stack, prefix: string) {
    this.stack = stack
    this.#prefix = prefix
  }

  get a(): ArmClient {
    return this.stack.accounts.east.arm
  }

  get b(): ArmClient {
    return this.stack.accounts.west.arm
  }

  /** A name of this scenario's own. */
  name(part: string): string {
    return `${this.#prefix}${part}`
  }

  /** An asset in A with two files. Nobody is told of it. */
  async asset(part = 'film'): Promise<string> {
    const asset = this.name(part)
    await this.a.put(`assets/${asset}`, { container: asset, description: `About ${asset}` })
    await this.file('east', asset, 'film.mp4', `picture of ${asset}`)
    await this.file('east', asset, 'film.ism', '<smil><body><switch><video src="film.mp4"/></switch></body></smil>')
    return asset
  }

  /** Writes a file into the container of an asset. @param headers as storage takes them. */
  file(region: RegionKey, asset: string, name: string, text: string, headers: Record<string, string> = {}) {
    return putBlob(this.stack, region, asset, name, text, headers)
  }

  /** Makes a locator in A. Nobody is told of it. @returns its name. */
  async locator(part: string, asset: string, more: JsonObject = {}, region: RegionKey = 'east'): Promise<string> {
    const locator = this.name(part)
    await this.stack.accounts[region].arm.put(`streamingLocators/${locator}`, {
      assetName: asset,
      streamingPolicyName: 'Predefined_ClearStreamingOnly',
      ...more,
    })
    return locator
  }

  /** Says that the encoding into an asset has finished: what the app hears of a title first. */
  async finished(asset: string): Promise<void> {
    const answer = await deliver(this.stack, JSON.stringify([jobFinished(this.stack, asset)]))
    expect(answer.status).toBe(202)
  }

  /** Says that the encoding has finished, and waits until the app says that the twin is in sync. */
  async synced(asset: string): Promise<UnitView> {
    await this.finished(asset)
    return this.#settled('asset', asset, 'inSync')
  }

  announce(locatorName: string, assetName: string): Promise<void> {
    return sender(this.stack).locatorCreated({ locatorName, assetName })
  }

  withdrawn(locatorName: string): Promise<void> {
    return sender(this.stack).locatorDeleted({ locatorName })
  }

  /** What `POST /api/resync` is asked for. @returns address of the operation. */
  async resync(request: object): Promise<string> {
    const answer = await this.stack.api.fetch('/api/resync', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ route, ...request }),
    })
    expect(answer.status).toBe(202)
    return answer.headers.get('location') ?? ''
  }

  /** Asks for a look at one unit and waits for its end. @returns what the app says of it then. */
  async look(
    kind: Kind,
    name: string,
    ending: { readonly code?: string; readonly adopt?: true; readonly replaceInUse?: true } = {},
  ): Promise<UnitView> {
    const { code = 'inSync', ...more } = ending
    const before = (await unit(this.stack, name, kind))?.observed ?? 0
    await this.resync({ units: [{ kind, name }], ...more })
    return this.#settled(kind, name, code, before)
  }

  /** Until the app has looked again and ended so. */
  #settled(kind: Kind, name: string, ending: string, before = 0): Promise<UnitView> {
    if (ending === 'inSync' && before === 0) return inSync(this.stack, name, kind)
    return eventually(
      `${kind} ${name} looked at, and ${ending}`,
      async () => {
        const view = await unit(this.stack, name, kind)
        const ended = view?.state === 'idle' && !view.pending && view.observed > before
        return ended && (view.code ?? view.outcome) === ending ? view : undefined
      },
      busy,
    )
  }

  /** A unit that ends with a code, once the encoding has finished. */
  async ends(asset: string, code: string): Promise<UnitView> {
    await this.finished(asset)
    return this.#settled('asset', asset, code)
  }

  /** Until there is no such object in a region. */
  gone(region: RegionKey, path: string): Promise<unknown> {
    const { arm } = this.stack.accounts[region]
    return eventually(`${path} is gone from ${region}`, async () => (await arm.get(path)) === undefined)
  }

  /** Lets the service keep parts of types that nobody knows yet, as long as `work` goes on. */
  async withUnknownTypes(work: () => Promise<unknown>): Promise<void> {
    await this.switches({ acceptUnknownTypes: true })
    await work()
    await this.switches({ acceptUnknownTypes: false })
  }

  /** Guesses about the service that the simulator lets one choose. They end with the scenario. */
  async switches(change: JsonObject): Promise<void> {
    await this.simulator('PATCH', 'switches', change)
    this.#switched.push(...Object.keys(change))
  }

  /** Whatever was put wrong on the ground that the scenarios share is right again. */
  async leave(): Promise<void> {
    this.stack.simulator.clearFaults()
    const before = Object.entries(defaultSwitches).filter(([name]) => this.#switched.includes(name))
    await this.simulator('PATCH', 'switches', Object.fromEntries(before))
  }

  /** @param path below `/_sim/`. */
  async simulator(method: string, path: string, body: JsonObject): Promise<void> {
    const answer = await fetch(`${this.stack.urls.simulator}/_sim/${path}`, { method, body: JSON.stringify(body) })
    expect(answer.ok, await answer.text()).toBe(true)
  }

  /** Properties of one object in both accounts. */
  async both(kind: Kind, name: string): Promise<readonly (JsonObject | undefined)[]> {
    const path = `${collections[kind]}/${name}`
    return (await Promise.all([this.a.get(path), this.b.get(path)])).map(resource => resource?.properties)
  }

  /** What the independent comparer finds among the names of this scenario. */
  async compare(): Promise<readonly string[]> {
    const { differences } = await compareAccounts(this.a, this.b, { prefix: this.#prefix, rewriteUrls })
    return differences
  }
}
