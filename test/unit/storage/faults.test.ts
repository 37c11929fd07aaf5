import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isServiceError } from '../../../src/lib/service-error.ts'
import { verifyContainers } from '../../../src/lib/storage/compare.ts'
import { copyContainer } from '../../../src/lib/storage/copy.ts'
import { type Accounts, hurried, type Pair, startAccounts } from './support/accounts.ts'
import { type FaultProxy, faults, startFaultProxy } from './support/fault-proxy.ts'

let accounts: Accounts
let proxy: FaultProxy
beforeAll(async () => {
  accounts = await startAccounts()
  proxy = await startFaultProxy(accounts.azurite.blobUrl)
})
afterAll(async () => {
  await proxy.close()
  await accounts.azurite.close()
})

const contents = { 'a.mp4': 'aaaa', 'b.mp4': 'a film of three blocks', empty: '', 'x.ism': 'ism', 'x.ismc': 'ismc' }
const limits = { wholeBytes: 4, blockBytes: 8 }

/** A pair whose source is full and whose target holds an older state of it, reached through the proxy. */
const prepared = async (): Promise<Pair> => {
  proxy.reset(() => 'none')
  const pair = await accounts.pair({ through: proxy.url })
  for (const [name, content] of Object.entries(contents))
    await pair.east.getBlockBlobClient(name).upload(content, content.length)
  await pair.west.getBlockBlobClient('b.mp4').upload('older', 5)
  return pair
}

/** Equality as the SDK sees it, past the proxy. */
const trulyEqual = async ({ west }: Pair): Promise<boolean> => {
  for (const [name, content] of Object.entries(contents)) {
    const blob = west.getBlobClient(name)
    if (!(await blob.exists()) || (await blob.downloadToBuffer()).toString() !== content) return false
  }
  return true
}

const requestsOf = async (run: (pair: Pair) => Promise<unknown>): Promise<number> => {
  const pair = await prepared()
  proxy.reset(() => 'none')
  await run(pair)
  return proxy.seen.length
}

const copy = ({ source, target }: Pair, live: boolean) =>
  copyContainer({ source, target, limits, live, concurrency: 2, effects: hurried })

describe.each(faults)('P3: with the fault %s at every request in turn', fault => {
  test.each([
    ['a copy', false],
    ['a replacement under a live locator', true],
  ])('%s ends equal', async (_, live) => {
    const requests = await requestsOf(pair => copy(pair, live))
    expect(requests).toBeGreaterThan(10)
    for (let at = 0; at < requests; at++) {
      const pair = await prepared()
      proxy.reset(index => (index === at ? fault : 'none'))
      expect(await copy(pair, live), `request ${at}`).toMatchObject({ left: 0 })
      expect(await trulyEqual(pair), `request ${at}`).toBe(true)
      expect(await verifyContainers(pair.source, pair.target)).toMatchObject({ equal: true })
    }
  })
})

test.each(faults)(
  'P2: with the fault %s from any request on, nothing is called equal that is not, and the end is',
  async fault => {
    const requests = await requestsOf(pair => copy(pair, false))
    for (let from = 0; from < requests; from++) {
      const pair = await prepared()
      proxy.reset(index => (index >= from ? fault : 'none'))
      const result = await copy(pair, false).catch((error: unknown) => error)
      // Answers without a body cannot be spoilt by these two, so that the copies may go through.
      if (!isServiceError(result)) {
        expect(result).toMatchObject({ left: 0 })
        expect(await trulyEqual(pair), `from ${from}`).toBe(true)
      }
      proxy.reset(index => (index === 1 ? fault : 'none'))
      const { equal } = await verifyContainers(pair.source, pair.target, { effects: hurried })
      expect(equal).toBe(await trulyEqual(pair))
      expect(await copy(pair, false)).toMatchObject({ left: 0 })
      expect(await trulyEqual(pair)).toBe(true)
    }
  },
)

test('P2: a listing that lacks its end is an error, never an empty or a shorter container', async () => {
  const pair = await prepared()
  await copy(pair, false)
  await pair.west.deleteBlob('x.ism')
  for (const fault of ['cutShort', 'broken'] as const) {
    proxy.reset(() => fault)
    await expect(verifyContainers(pair.source, pair.target, { effects: hurried })).rejects.toMatchObject({
      kind: 'unavailable',
    })
  }
})
