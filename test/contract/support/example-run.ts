/** Sends the request of an example to a simulator prepared for it and compares the answers. */
import { differences } from '../../../local/replay/difference.ts'
import { manualClock } from '../../../local/simulator/clock.ts'
import { parseJson } from '../../../local/simulator/json.ts'
import { memoryBlobStore } from '../../../local/simulator/memory-blob-store.ts'
import { startSimulator } from '../../../local/simulator/simulator.ts'
import { versionFor } from './client.ts'
import { byName, generalFor } from './example-general.ts'
import { prepare } from './example-state.ts'
import { beginning, type Library, Preparation, storageAccounts, type World } from './example-world.ts'
import type { Example } from './examples.ts'

export interface Result {
  readonly example: Example
  readonly status: string
  readonly lines: readonly string[]
}

const compare = async (example: Example, status: string, answer: Response): Promise<Result> => {
  const expected = example.answers[status] ?? {}
  const general = generalFor(example)
  const ordered = example.query.has('$orderby')
  const text = await answer.text()
  /** Addresses to poll, where the example has them; Resource Manager compares paths in any case. */
  const headers = (get: (name: string) => string | null | undefined) =>
    Object.fromEntries(
      ['azure-asyncoperation', 'location']
        .filter(name => expected.headers?.[name] !== undefined)
        .map(name => [name, get(name)?.toLowerCase() ?? null]),
    )
  const found = differences(
    general({
      status: Number(status),
      headers: headers(name => expected.headers?.[name]),
      body: byName(expected.body ?? null, ordered),
    }),
    general({
      status: answer.status,
      headers: headers(name => answer.headers.get(name)),
      body: byName(text === '' ? null : parseJson(text), ordered),
    }),
    '',
  )
  const lines = found.map(({ path, expected, got }) => `${path.slice(1)}: expected ${expected}, got ${got}`)
  return { example, status, lines }
}

type Call = (method: string, path: string, body?: unknown) => Promise<Response>

/** A simulator with the account of the example, long before anything in it was made. */
const worldFor = async ({ account }: Example): Promise<{ world: World; call: Call }> => {
  const clock = manualClock(beginning)
  const blobStore = memoryBlobStore()
  const any = {
    subscriptionId: account.subscriptionId,
    resourceGroup: account.resourceGroup || 'contosorg',
    accountName: account.accountName || 'contosomedia',
    location: 'West US',
    storageEndpoints: Object.fromEntries(storageAccounts.map(name => [name, ''])),
  }
  const simulator = await startSimulator({
    topology: { accounts: { any } },
    blobStore,
    clock,
    operationMilliseconds: 1000,
    jobMilliseconds: 1e9,
    pageSizes: { streamingPolicies: 100 },
  })
  const call: Call = (method, path, body) =>
    fetch(path.startsWith('http') ? path : simulator.url + path, {
      method,
      headers: { authorization: 'Bearer any' },
      ...(body === undefined || method === 'GET' ? {} : { body: JSON.stringify(body) }),
    })
  const send: World['send'] = async (method, path, body) => {
    const below = /\/mediaServices\/\w+\/(.*)$/.exec(path)?.[1] ?? '/'
    const answer = await call(method, `${path}?api-version=${versionFor(below)}`, body)
    return { status: answer.status, text: await answer.text() }
  }
  return { world: { simulator, clock, blobStore, send }, call }
}

const has = ({ answers }: Example, status: string) => answers[status] !== undefined

/** Statuses that come when the same request is sent again. */
const repeated: Readonly<Record<string, readonly string[]>> = {
  PUT: ['201', '200'],
  DELETE: ['200', '204'],
  GET: ['200'],
}

/** Asks a simulator of its own for the answers that an example lists, in the order in which one gets them. */
export const runExample = async (example: Example, library: Library): Promise<Result[]> => {
  const { world, call } = await worldFor(example)
  const { method } = example
  const url = `${example.path}?${example.query}`
  const request = () => call(method, url, example.body)
  const [account] = world.simulator.state.accounts()
  if (account === undefined) throw new Error('The simulator has no account.')
  const { subscriptionId, resourceGroup, name } = account
  const base = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Media/mediaServices/${name}`
  try {
    await prepare({ example, world, preparation: new Preparation(world, library, base), account, base })
    const first = await request()
    const status = has(example, String(first.status)) ? String(first.status) : (Object.keys(example.answers)[0] ?? '')
    const results = [await compare(example, status, first)]
    world.clock.advance(60_000)
    const location = first.headers.get('location')
    if (location !== null && method !== 'GET') {
      // What a long-running operation ends with: the resource for a PUT, else what it says at its location. Where the
      // 200 of an example is under way itself, it is the answer to a second PUT.
      const once = JSON.stringify(example.answers['200']?.body ?? '').includes('"InProgress"')
        ? request
        : () => call('GET', url)
      const end = method === 'PUT' ? once : () => call('GET', location)
      if (status !== '200' && has(example, '200')) results.push(await compare(example, '200', await end()))
      if (method === 'DELETE') results.push(await compare(example, '204', await request()))
      return results
    }
    for (const next of repeated[method] ?? [])
      if (next !== status && has(example, next)) results.push(await compare(example, next, await request()))
    if (method === 'GET' && has(example, '204')) {
      await world.send('DELETE', example.path.replace(/\/operationResults\/.*$/, ''))
      results.push(await compare(example, '204', await request()))
    }
    return results
  } finally {
    await world.simulator.close()
  }
}
