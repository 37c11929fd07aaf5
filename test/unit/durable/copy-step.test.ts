/** The copy step as the orchestrator repeats it, on Azurite; the ledger keeps facts only. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { assetActivities } from '../../../src/lib/durable/asset-activities.ts'
import type { ActivityDeps, Tools } from '../../../src/lib/durable/guard.ts'
import { type Facts, type Recording, recordedOn } from '../../../src/lib/ledger/facts.ts'
import type { Unit } from '../../../src/lib/model.ts'
import type { Pair } from '../../../src/lib/replicate/pair.ts'
import { compareContainers } from '../../../src/lib/storage/compare.ts'
import { listPages } from '../../../src/lib/storage/listing.ts'
import { ownFiles } from '../../../src/lib/storage/own-files.ts'
import { Pacer } from '../../../src/lib/storage/pacer.ts'
import { timing } from '../../../src/lib/timing.ts'
import { type Accounts, startAccounts } from '../storage/support/accounts.ts'

let accounts: Accounts
beforeAll(async () => {
  accounts = await startAccounts()
})
afterAll(() => accounts.azurite.close())

const unit: Unit = { route: 'east>west', kind: 'asset', name: 'film' }
const place = { storageAccount: 'store', container: 'film' }
const names = ['a.mp4', 'b.mp4', 'c.mp4', 'd.mp4']

const start = async () => {
  const { east, west, source, target } = await accounts.pair()
  const fill = async (text: string) => {
    for (const name of names) await east.getBlockBlobClient(name).upload(text, text.length)
  }
  const state = {
    now: 0,
    facts: {} as Facts,
    recorded: [] as Facts[],
    lines: [] as string[],
    /** Called before more files are noted. */
    noting: async () => {},
  }
  const clock = () => (state.now += 1_000)
  const pair = {
    route: { key: unit.route, mode: 'replicate' },
    sourceContainer: async () => source,
    targetContainer: () => target,
    pacerFor: () => new Pacer(1, clock),
    timing: { ...timing(1), copySlice: 8_000 },
    clock,
  } as unknown as Pair
  const check = async (_pass: object, _generation: number, facts?: Recording) => {
    const after = recordedOn(state.facts, facts)
    if (after.filesBegun !== state.facts.filesBegun) await state.noting()
    state.facts = after
    state.recorded.push(state.facts)
    return 'mine' as const
  }
  const deps = { ledger: { check, read: async () => ({ facts: state.facts }) }, pair: () => pair, measure: () => {} }
  const tools = { starter: {}, log: (line: string) => state.lines.push(line) } as unknown as Tools
  const step = (live: boolean, listing: string) =>
    assetActivities(deps as unknown as ActivityDeps).copyFiles(
      { unit, run: 1, pass: 'k.0', generation: 1, waited: 0, source: place, target: place, live, listing },
      tools,
    )
  return { west, fill, state, step, source, target }
}

it('P8: what is copied adds up over the slices of a copy, to all that there was', async () => {
  const { fill, state, step } = await start()
  await fill('eight by')
  state.facts = { copying: { since: 0, blobs: 0, bytes: 0, ofBlobs: 4, ofBytes: 32 } }
  let slices = 1
  while ((await step(false, '')).to === 'repeat') slices++
  expect(slices).toBeGreaterThan(1)
  expect(state.facts.copying).toEqual({ since: 0, blobs: 4, bytes: 32, ofBlobs: 4, ofBytes: 32 })
  const told = state.recorded.map(({ copying }) => copying?.blobs ?? 0)
  expect(told).toEqual(told.toSorted((a, b) => a - b))
  expect(state.lines).toEqual([])
})

it('P2, P3: a replacement under a live locator ends however short its slices are, and its burst is logged', async () => {
  const { fill, state, step, source, target } = await start()
  await fill('old')
  while ((await step(false, '')).to === 'repeat');
  await fill('new')
  const { digest } = await compareContainers(source, target)
  while ((await step(true, digest)).to === 'repeat');
  expect(state.lines.map(line => JSON.parse(line))).toEqual([
    { event: 'filesReplaced', route: 'east>west', name: 'film', milliseconds: expect.any(Number), complete: true },
  ])
  expect(JSON.parse(state.lines[0] ?? '').milliseconds).toBeGreaterThan(0)
})

it('P10: what is about to be written is on the row before the first write, and written there once', async () => {
  const { west, fill, state, step, target } = await start()
  await fill('eight by')
  let files = -1
  state.noting = async () => {
    expect(files).toBe(-1)
    files = 0
    // Long enough for a copy that does not wait.
    for (let look = 0; look < 20; look++) for await (const _blob of west.listBlobsFlat()) files++
  }
  while ((await step(false, '')).to === 'repeat');
  expect(files).toBe(0)
  const isOurs = ownFiles({ filesBegun: state.facts.filesBegun })
  const there: boolean[] = []
  for await (const page of listPages(target, { side: 'target' })) for (const item of page) there.push(isOurs(item))
  expect(there).toEqual(names.map(() => true))
})
