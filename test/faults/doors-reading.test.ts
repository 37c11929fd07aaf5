/** Callers with the key for reading: they see, and change nothing. */
import { TableClient } from '@azure/data-tables'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import { eventually, route, unit } from '../e2e/support.ts'
import { type ApiDocument, type Door, doorsOf } from '../support/api-contract.ts'
import { attack, seed } from './doors/attack.ts'
import { type Judges, judges } from './doors/judge.ts'
import { hostileRequests, type Known } from './doors/requests.ts'
import { createSender, type Sender } from './doors/send.ts'

/** All of them: what changes here is changed by a request. */
const timers = ['canary', 'discover', 'dispatch', 'sweepFull', 'sweepLocators', 'tidy', 'watchReadiness']

const filters = ['sd', 'hd', 'theirs']

let stack: Stack
let document: ApiDocument
let doors: readonly Door[]
let sender: Sender
let judge: Judges
let known: Known

const post = async (path: string, body: object): Promise<{ readonly id: string }> => {
  const response = await stack.api.fetch(path, { method: 'POST', body: JSON.stringify(body) })
  expect(response.ok).toBe(true)
  return (await response.json()) as { id: string }
}

const get = async (path: string) => (await stack.api.fetch(path)).json() as Promise<Record<string, unknown>>

/** One object that the target refuses, one that waits, and two that are in sync; withdrawals, and a comparison. */
const fill = async (): Promise<readonly string[]> => {
  const filter = (bitrate: number) => ({ firstQuality: { bitrate } })
  const { east, west } = stack.accounts
  await east.arm.put('assets/empty', {})
  for (const name of filters) await east.arm.put(`accountFilters/${name}`, filter(1_000_000))
  await west.arm.put('accountFilters/theirs', filter(2_000_000))
  await post('/api/withdraw', { route, locators: ['one', 'two'] })
  const named = []
  // One after the other, so that none waits for a slot.
  for (const [kind, name] of [['asset', 'empty'], ...filters.map(filter => ['accountFilter', filter])] as const) {
    named.push((await post('/api/resync', { route, units: [{ kind, name }] })).id)
    await eventually(`${name} has come to rest`, async () => {
      const view = await unit(stack, name, kind)
      return view?.outcome !== undefined && view.state === 'idle' && !view.pending
    })
  }
  const all = await post('/api/resync', { route, all: true, confirmDeletes: true })
  const status = async (id: string) => (await get(`/api/operations/${id}`)).status
  await eventually('the comparison is over', async () => (await status(all.id)) === 'succeeded')
  // Whoever asks first has it kept what the units have come to; the empty asset waits on.
  expect(await Promise.all(named.map(status))).toEqual(['running', 'succeeded', 'succeeded', 'failed'])
  return [...named, all.id]
}

/** What every list gives for its next page, and how such a thing is made up. */
const cursors = async (): Promise<readonly string[]> => {
  const lists = [
    '/api/units?top=1',
    ...['blocked', 'waiting', 'inSync'].map(outcome => `/api/units?outcome=${outcome}&top=1`),
    '/api/units?kind=accountFilter&top=2',
    '/api/operations?top=1',
    '/api/withdraw?route=east%3Ewest&top=1',
  ]
  const given = await Promise.all(lists.map(async list => (await get(list)).next))
  expect(given.filter(next => typeof next !== 'string')).toEqual([])
  const made = ['a', 'o.', 's.0', '~'].flatMap(after => ['east>west', 'west>east'].map(route => ({ route, after })))
  return [...given.map(String), ...made.map(one => Buffer.from(JSON.stringify(one)).toString('base64url'))]
}

/** Every row of the ledger by its keys, with its ETag; what calls are left of a rate limit, readiness too may use up. */
const ledger = async (): Promise<Readonly<Record<string, string>>> => {
  const options = { allowInsecureConnection: true }
  const table = TableClient.fromConnectionString(stack.hubConnection, 'TwinstreamUnits', options)
  const rows: Record<string, string> = {}
  for await (const { partitionKey, rowKey, etag } of table.listEntities())
    if (!rowKey?.startsWith('b.')) rows[`${partitionKey}/${rowKey}`] = etag
  return rows
}

beforeAll(async () => {
  const settings = Object.fromEntries(timers.map(name => [`AzureWebJobs.${name}.Disabled`, 'true']))
  stack = await startStack({ settings })
  sender = createSender(stack.urls.host)
  document = (await (await fetch(`${stack.urls.host}/api/openapi.json`)).json()) as ApiDocument
  doors = doorsOf(document)
  judge = judges(stack, document)
  const operations = await fill()
  known = { names: ['empty', 'hd', 'HD', 'theirs', 'nobody'], operations, cursors: await cursors() }
})
afterAll(async () => {
  sender.close()
  await stack.close()
})

describe('the key for reading', () => {
  it('P3: changes no row of the ledger, whatever is asked for with it at any door', async () => {
    const before = await ledger()
    for (const door of doors) {
      const { faults } = await attack({
        what: `${door.operation.operationId} with the key for reading`,
        requests: hostileRequests(document, door, known),
        sender,
        headers: { 'x-functions-key': stack.keys.read },
        judge: judge.of(door),
      })
      expect(faults.slice(0, 5), `seed ${seed}, ${faults.length} faults`).toEqual([])
      expect(await ledger(), `${door.operation.operationId}, seed ${seed}`).toEqual(before)
    }
    expect(Object.keys(before).map(key => /\/(\w+)\./.exec(key)?.[1])).toEqual(
      expect.arrayContaining(['o', 'op', 'r', 'report', 't', 'u']),
    )
  })
})
