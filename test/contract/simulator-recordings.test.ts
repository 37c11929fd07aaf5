import { beforeAll, expect, it } from 'vitest'
import { manualClock } from '../../local/simulator/clock.ts'
import { type Simulator, startSimulator } from '../../local/simulator/simulator.ts'
import { differences } from './support/difference.ts'
import { memoryBlobStore } from './support/memory-blob-store.ts'
import { normalise, type Recorded, readRecordings } from './support/recordings.ts'
import { describeWithData } from './support/shared-data.ts'

const topology = {
  accounts: { any: { subscriptionId: 'any', resourceGroup: 'any', accountName: 'anyaccount', location: 'West US' } },
}

/** Live events are simulated only as far as they name assets; identities and customer keys not at all. */
const isInScope = ({ url, test, response }: Recorded): boolean =>
  !JSON.stringify(response).includes('principalId') &&
  !/live(events|outputs|eventoperations|outputoperations)|checkNameAvailability/i.test(url) &&
  !/identity|encryption/i.test(test)

/** Exchanges that may differ from what was recorded, with the reason. A rule that meets none fails. */
const tolerated: readonly { readonly why: string; readonly when: (recorded: Recorded, found: string[]) => boolean }[] =
  [
    {
      why: 'recorded before February 2021, when accounts began to show systemData and to answer 200 to a second PUT',
      when: ({ url, response }, found) =>
        /mediaservices(\/\w+)?\?/i.test(url) &&
        !JSON.stringify(response).includes('systemData') &&
        found.every(line => /systemData: expected nothing|^status: expected 201, got 200/.test(line)),
    },
    {
      why: 'presets of transforms are kept as they came: the simulator encodes the same way whatever they say',
      when: ({ url }, found) => url.includes('/transforms') && found.every(line => line.includes('.preset.')),
    },
    {
      why: 'accounts of a preview version of 2018 are shown as the later versions show them',
      when: ({ url }, found) =>
        /mediaservices(\/\w+)?\?api-version=2018-06-01-preview/i.test(url) &&
        found.every(line => line.includes('expected nothing')),
    },
  ]

const jobMilliseconds = 60_000
const operationMilliseconds = 4000

/** Polls that found an operation still under way were left out of the recording. Milliseconds. */
const pauseBefore = ({ url, response }: Recorded): number =>
  /operations\//.test(url) && JSON.stringify(response).includes('"Succeeded"') ? operationMilliseconds : 0

/** Time that passed at the recorder after an exchange, where later answers depend on it. Milliseconds. */
const pauseAfter = ({ method, url, response }: Recorded): number => {
  const job = /\/jobs\//.test(url)
  if (method === 'PUT' && job) return jobMilliseconds / 3
  // The polls between Canceling and Canceled were left out of the recording.
  if (method === 'GET' && job && JSON.stringify(response).includes('"Canceling"')) return jobMilliseconds / 3
  return method === 'GET' && /operations\//.test(url) ? operationMilliseconds : 100
}

/** Ids that the service gave to long-running operations, by those of the recording. */
class OperationIds {
  readonly #ids = new Map<string, string>()
  learn(recorded: string | undefined, actual: string | null): void {
    const [theirs, ours] = [recorded, actual].map(url => /operations\/([0-9a-f-]+)/.exec(url ?? '')?.[1])
    if (theirs !== undefined && ours !== undefined) this.#ids.set(theirs, ours)
  }
  translate(url: string): string {
    return url.replace(/(operations\/)([0-9a-f-]+)/, (_, path: string, id: string) => path + (this.#ids.get(id) ?? id))
  }
}

const send = (simulator: Simulator, { method, url, request }: Recorded, ids: OperationIds) =>
  fetch(ids.translate(url.replace('https://management.azure.com', simulator.url)), {
    method,
    headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
    ...(request === null || method === 'GET' ? {} : { body: JSON.stringify(request) }),
  })

interface Result {
  readonly place: string
  readonly found: string[]
  readonly why: string | undefined
}

/** Replays one recorded test against a fresh simulator. */
const replay = async (exchanges: readonly Recorded[]): Promise<Result[]> => {
  const clock = manualClock(new Date('2021-01-21T00:00:00Z'))
  const options = { topology, blobStore: memoryBlobStore(), clock, jobMilliseconds, operationMilliseconds }
  const simulator = await startSimulator(options)
  const ids = new OperationIds()
  const results: Result[] = []
  for (const recorded of exchanges) {
    clock.advance(pauseBefore(recorded))
    const answer = await send(simulator, recorded, ids)
    const text = await answer.text()
    ids.learn(recorded.headers['azure-asyncoperation'], answer.headers.get('azure-asyncoperation'))
    clock.advance(pauseAfter(recorded))
    if (!isInScope(recorded)) continue
    const found = differences(
      { status: recorded.status, body: normalise(recorded.response) },
      { status: answer.status, body: normalise(text === '' ? null : JSON.parse(text)) },
    )
    const why = found.length === 0 ? undefined : tolerated.find(({ when }) => when(recorded, found))?.why
    results.push({ place: `line ${recorded.line}, ${recorded.method} ${recorded.url}`, found, why })
  }
  await simulator.close()
  return results
}

describeWithData('traffic of the real service, recorded in 2021 and replayed', 'ams-recordings/2021.jsonl', file => {
  const tests = new Map<string, Recorded[]>()
  const results: Result[] = []

  beforeAll(async () => {
    for (const [test, exchanges] of Map.groupBy(readRecordings(file), ({ test }) => test)) tests.set(test, exchanges)
    for (const exchanges of tests.values()) results.push(...(await replay(exchanges)))
  })

  it('is answered as recorded, or differs for a stated reason', () => {
    const different = results.filter(({ found, why }) => found.length > 0 && why === undefined)
    expect(different.map(({ place, found }) => `${place}\n  ${found.slice(0, 5).join('\n  ')}`)).toEqual([])
  })

  it('is reproduced outright for everything that is replicated', () => {
    const replicated = /assets|filters|contentKeyPolicies|streamingPolicies|streamingLocators/i
    const resources = results.filter(({ place }) => replicated.test(place))
    expect(resources.length).toBeGreaterThan(110)
    expect(resources.filter(({ found }) => found.length > 0)).toEqual([])
  })

  it('needs every stated reason', () => {
    for (const { why } of tolerated) expect(results.some(result => result.why === why)).toBe(true)
  })

  it('is reproduced but for the setting up of accounts and transforms', async ({ annotate }) => {
    const reproduced = results.filter(({ found }) => found.length === 0).length
    expect(reproduced / results.length).toBeGreaterThan(0.65)
    await annotate(`${reproduced} of ${results.length} exchanges in scope reproduced, the others tolerated`)
  })
})
