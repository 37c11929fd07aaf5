/** Many assets, each with a locator: made, listed through, taken as a snapshot and restored, all of it over HTTP. */
import { type Child, startChild } from './child.ts'
import { accountPath } from './topology.ts'

export interface Options {
  readonly assets: number
  readonly rounds: number
}

export interface Round {
  /** Milliseconds a page of assets, all pages through. */
  readonly page: number
  /** Milliseconds to serialise and send the same bytes. */
  readonly pageFloor: number
  /** Milliseconds to restore the snapshot in a fresh process, over HTTP. */
  readonly restore: number
  /** Milliseconds of JSON.parse of the same text. */
  readonly parse: number
}

export interface Outcome {
  readonly rounds: readonly Round[]
  /** Assets and locators a second, made while lists of the same are read. */
  readonly madeASecond: number
  /** Milliseconds a page of locators, all pages through. */
  readonly locatorPage: number
  readonly pages: number
  readonly pageBytes: number
  readonly snapshotBytes: number
  /** Largest resident set of the simulator that made, listed and wrote everything, and of one that restored it. */
  readonly peakBytes: number
  readonly restoredPeakBytes: number
  /** What a restored simulator counts: to see that nothing is missing. */
  readonly restoredAssets: number
  readonly restoredLocators: number
  /** Names as listed by the restored simulator. */
  readonly names: readonly string[]
}

const version = 'api-version=2022-08-01'
const at = (path: string) => `${accountPath}/${path}?${version}`
/** As many makers as there are requests under way. */
const makers = 16
/** After so many things made, a list of them is read. */
const interleaved = 500

const nameOf = (index: number) => `asset-${((index * 7919) % 1_000_003).toString().padStart(7, '0')}`

const timed = async <T>(work: () => Promise<T>): Promise<{ readonly milliseconds: number; readonly result: T }> => {
  const begin = performance.now()
  const result = await work()
  return { milliseconds: performance.now() - begin, result }
}

const make = async (simulator: Child, assets: number): Promise<void> => {
  let next = 0
  const makeSome = async () => {
    for (let index = next++; index < assets; index = next++) {
      const name = nameOf(index)
      await simulator.ask('PUT', at(`assets/${name}`), '{"properties":{"description":"one of many"}}')
      const locator = { assetName: name, streamingPolicyName: 'Predefined_ClearStreamingOnly' }
      await simulator.ask('PUT', at(`streamingLocators/${name}`), JSON.stringify({ properties: locator }))
      if (index % interleaved === 0) await simulator.ask('GET', at('assets'))
    }
  }
  await Promise.all(Array.from({ length: makers }, makeSome))
}

interface Page {
  readonly value: readonly { readonly name: string }[]
  readonly '@odata.nextLink'?: string
}

/** All pages of a list, parsed between the requests, and the milliseconds of the requests alone. */
const listThrough = async (simulator: Child, list: string) => {
  const pages: Page[] = []
  const addresses: string[] = []
  let [milliseconds, bytes] = [0, 0]
  for (let path: string | undefined = at(list); path !== undefined; ) {
    const here = path
    const read = await timed(() => simulator.ask('GET', here))
    const page = JSON.parse(read.result.toString()) as Page
    milliseconds += read.milliseconds
    bytes = Math.max(bytes, read.result.length)
    pages.push(page)
    addresses.push(here)
    const link: string | undefined = page['@odata.nextLink']
    path = link === undefined ? undefined : link.slice(new URL(link).origin.length)
  }
  return { pages, addresses, milliseconds, bytes }
}

/** The same pages from both, page by page in turn, so that both meet the same machine. */
const comparePages = async (simulator: Child, floor: Child, addresses: readonly string[]) => {
  let [page, pageFloor] = [0, 0]
  for (const [index, address] of addresses.entries()) {
    page += (await timed(() => simulator.ask('GET', address))).milliseconds
    pageFloor += (await timed(() => floor.ask('GET', `/${index}`))).milliseconds
  }
  return { page: page / addresses.length, pageFloor: pageFloor / addresses.length }
}

const restoreOnce = async (snapshot: string) => {
  const fresh = await startChild('simulator')
  const parse = await timed(async () => JSON.parse(snapshot) as object)
  const restore = await timed(() => fresh.ask('PUT', '/_sim/snapshot', snapshot))
  return { fresh, parse: parse.milliseconds, restore: restore.milliseconds }
}

export const run = async ({ assets, rounds }: Options, say: (line: string) => void): Promise<Outcome> => {
  const simulator = await startChild('simulator')
  const floor = await startChild('floor')
  const making = await timed(() => make(simulator, assets))
  say(`made ${assets} assets and locators in ${Math.round(making.milliseconds / 1000)} s`)
  const listed = await listThrough(simulator, 'assets')
  for (const page of listed.pages) await floor.ask('POST', '/', JSON.stringify(page))
  const locators = await listThrough(simulator, 'streamingLocators')
  say(`listed ${listed.pages.length} pages of assets and ${locators.pages.length} of locators`)
  const snapshot = (await simulator.ask('GET', '/_sim/snapshot')).toString()
  const peakBytes = await simulator.peak()
  const measured: Round[] = []
  let [restoredPeakBytes, restoredAssets, restoredLocators] = [0, 0, 0]
  let names: readonly string[] = []
  for (let round = 0; round < rounds; round += 1) {
    const pages = await comparePages(simulator, floor, listed.addresses)
    const { fresh, parse, restore } = await restoreOnce(snapshot)
    measured.push({ ...pages, parse, restore })
    restoredPeakBytes = Math.max(restoredPeakBytes, await fresh.peak())
    const [account] = JSON.parse((await fresh.ask('GET', '/_sim/accounts')).toString())
    ;[restoredAssets, restoredLocators] = [account.assets, account.streamingLocators]
    if (round === rounds - 1)
      names = (await listThrough(fresh, 'assets')).pages.flatMap(({ value }) => value.map(({ name }) => name))
    await fresh.close()
    say(`round ${round + 1} of ${rounds} is over`)
  }
  await simulator.close()
  await floor.close()
  return {
    rounds: measured,
    madeASecond: (2 * assets * 1000) / making.milliseconds,
    locatorPage: locators.milliseconds / locators.pages.length,
    pages: listed.pages.length,
    pageBytes: listed.bytes,
    snapshotBytes: Buffer.byteLength(snapshot),
    peakBytes,
    restoredPeakBytes,
    restoredAssets,
    restoredLocators,
    names,
  }
}
