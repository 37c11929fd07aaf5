/** Nothing wrong is ever called equal: generated containers, and trouble at every request in turn. */
import type { ContainerClient } from '@azure/storage-blob'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
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

const troubles = [...faults, 'notFound', 'changedMeanwhile'] as const
type Trouble = (typeof troubles)[number]

interface Blob {
  readonly text: string
  readonly type: string
}
type Files = Readonly<Record<string, Blob>>

const blob: fc.Arbitrary<Blob> = fc.record({
  text: fc.constantFrom('', 'aa', 'bb', 'aaaaaaaaa', 'bbbbbbbbb'),
  type: fc.constantFrom('video/mp4', 'video/mp4', 'video/mp4', 'text/plain'),
})
const files = fc.dictionary(
  fc.constantFrom('film.ism', 'film.ismc', 'a.mp4', 'b c.mp4', 'folder/1', 'folder/é', 'z%20#?.mp4'),
  blob,
  { maxKeys: 6 },
)
/** A source, and a target that shares some files with it, has others, and has some otherwise. */
const pairs = fc.record({
  source: files,
  others: files,
  shared: fc.boolean(),
  live: fc.boolean(),
  /** Which trouble comes first; they take turns. */
  turn: fc.nat({ max: troubles.length - 1 }),
})

const put = async (container: ContainerClient, name: string, { text, type }: Blob): Promise<void> => {
  await container.getBlockBlobClient(name).upload(text, text.length, { blobHTTPHeaders: { blobContentType: type } })
}
const fill = async (container: ContainerClient, all: Files): Promise<void> => {
  await Promise.all(Object.entries(all).map(([name, file]) => put(container, name, file)))
}

const contents = async (container: ContainerClient): Promise<Files> => {
  const found: Record<string, Blob> = {}
  for await (const { name } of container.listBlobsFlat()) {
    const answer = await container.getBlobClient(name).download()
    const chunks: Buffer[] = []
    for await (const chunk of answer.readableStreamBody ?? []) chunks.push(Buffer.from(chunk))
    found[name] = { text: Buffer.concat(chunks).toString(), type: answer.contentType ?? '' }
  }
  return found
}

/** Whether the target holds all of the source, past the proxy and without the code under test. */
const trulyEqual = async ({ east, west }: Pair): Promise<boolean> => {
  const [source, target] = await Promise.all([contents(east), contents(west)])
  return Object.entries(source).every(
    ([name, { text, type }]) => target[name]?.text === text && target[name].type === type,
  )
}

const options = { limits: { wholeBytes: 3, blockBytes: 4 }, pageSize: 2, concurrency: 2, effects: hurried }

/** What the service refused is an outcome; anything else is a mistake. */
const tried = async <T>(work: Promise<T>): Promise<T | undefined> => {
  try {
    return await work
  } catch (error) {
    if (!isServiceError(error)) throw error
    return undefined
  }
}

test('P2, P3: with trouble at any request nothing is called equal that is not, and the next try ends equal', {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(pairs, async ({ source, others, shared, live, turn }) => {
      const prepared = async (): Promise<Pair> => {
        proxy.reset(() => 'none')
        const pair = await accounts.pair({ through: proxy.url })
        await Promise.all([fill(pair.east, source), fill(pair.west, shared ? { ...source, ...others } : others)])
        return pair
      }
      const spoil = (pair: Pair, at: number, trouble: Trouble): void => {
        proxy.reset(async index => {
          if (index !== at) return 'none'
          if (trouble !== 'changedMeanwhile') return trouble
          const [name] = Object.keys(source)
          if (name !== undefined) await put(pair.east, name, { text: 'abcabc', type: 'video/mp4' })
          return 'none'
        })
      }
      /** A listing that is spoilt anywhere proves nothing that is not so; one that is not proves what is. */
      const prove = async (pair: Pair): Promise<boolean> => {
        const equal = await trulyEqual(pair)
        for (const trouble of [...faults, 'notFound'] as const)
          for (let at = 0; at < 4; at++) {
            spoil(pair, at, trouble)
            const proof = await tried(verifyContainers(pair.source, pair.target, options))
            if (proof?.equal === true) expect(equal, `${trouble} at ${at} of the proof`).toBe(true)
          }
        proxy.reset(() => 'none')
        expect((await verifyContainers(pair.source, pair.target, options)).equal).toBe(equal)
        return equal
      }
      const calm = await prepared()
      await prove(calm)
      proxy.reset(() => 'none')
      await copyContainer({ ...calm, ...options, live })
      const requests = proxy.seen.length
      expect(await prove(calm)).toBe(true)

      for (let at = 0; at < requests; at++) {
        const trouble = troubles[(at + turn) % troubles.length] ?? 'reset'
        const pair = await prepared()
        spoil(pair, at, trouble)
        const copied = await tried(copyContainer({ ...pair, ...options, live }))
        const equal = await trulyEqual(pair)
        // A source that changes after it was listed is seen by the proof only.
        if (copied?.left === 0 && trouble !== 'changedMeanwhile') expect(equal, `${trouble} at ${at}`).toBe(true)
        proxy.reset(() => 'none')
        expect((await verifyContainers(pair.source, pair.target, options)).equal, `${trouble} at ${at}`).toBe(equal)
        expect(await copyContainer({ ...pair, ...options, live })).toMatchObject({ left: 0 })
        expect(await trulyEqual(pair), `${trouble} at ${at}, tried again`).toBe(true)
      }
    }),
    { numRuns: 6, endOnFailure: true },
  )
})
