import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareAccounts } from '../../local/compare/compare.ts'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import { encode, eventually, files, inSync, publish, storageWritesTo, writesTo } from '../e2e/support.ts'
import { type ApiDocument, type Door, doorsOf, type Operation } from '../support/api-contract.ts'
import { attack, seed } from './doors/attack.ts'
import { hostileDeliveries } from './doors/events.ts'
import { type Judges, judges } from './doors/judge.ts'
import { hostileRequests } from './doors/requests.ts'
import { createSender, type Sender } from './doors/send.ts'

let stack: Stack
let document: ApiDocument
/** Others have a test of their own. */
let doors: readonly Door[]
let sender: Sender
let published: unknown
let judge: Judges

beforeAll(async () => {
  stack = await startStack()
  sender = createSender(stack.urls.host)
  document = (await (await fetch(`${stack.urls.host}/api/openapi.json`)).json()) as ApiDocument
  doors = doorsOf(document).filter(({ operation }) => isWriting(operation))
  judge = judges(stack, document)
  await stack.accounts.west.arm.put('assets/stranger', { description: 'not of this app' })
  await encode(stack, 'film')
  await publish(stack, 'film', 'film-clear')
  await inSync(stack, 'film')
  published = await stack.accounts.west.arm.get('streamingLocators/film-clear')
  stack.simulator.resetCounters()
})
afterAll(async () => {
  sender.close()
  await stack.close()
})

const isWriting = ({ security }: Operation) => security.length > 0 && security.every(key => 'writeKey' in key)
const names = ['film', 'film-clear', 'FILM', 'stranger', 'nobody', 'film ', "o'film", 'film/../film']

const quiet = () =>
  eventually(
    'no unit is running',
    async () => {
      const response = await stack.api.fetch('/api/units?top=200')
      const { units } = (await response.json()) as { units: { state: string; pending: boolean }[] }
      return units.every(({ state, pending }) => state === 'idle' && !pending)
    },
    120_000,
  )

describe('the webhook of Event Grid', () => {
  it.each(['jobFinished', 'locatorCreated', 'resourceChanged'])('%s takes anything without a 5xx', async name => {
    const ground = { account: stack.accounts.east.accountId, topic: stack.topic.id, names }
    const key = new URL(stack.webhook(name)).searchParams.get('code') ?? ''
    const { statuses, faults } = await attack({
      what: `events to ${name}`,
      requests: hostileDeliveries(name, ground),
      sender,
      headers: { 'x-functions-key': key },
      judge: judge.always,
    })
    expect(faults, `seed ${seed}`).toEqual([])
    // They came as far as the function, and were refused before it.
    expect(statuses).toMatchObject({ 202: expect.any(Number), 400: expect.any(Number) })
  })

  it('P5, P7: forged events have changed nothing in either account', async () => {
    await quiet()
    expect(writesTo(stack, 'east')).toEqual([])
    expect(writesTo(stack, 'west')).toEqual([])
    expect(storageWritesTo(stack, 'east') + storageWritesTo(stack, 'west')).toBe(0)
    expect(await stack.accounts.west.arm.get('streamingLocators/film-clear')).toEqual(published)
    const { differences, extras } = await compareAccounts(stack.accounts.east.arm, stack.accounts.west.arm)
    expect(differences).toEqual([])
    expect(extras).toEqual(['asset stranger is only in B'])
  })
})

describe('every door of the API that changes something', () => {
  it('takes anything without a 5xx, and answers as its OpenAPI document says', async () => {
    const body = JSON.stringify({ route: 'east>west', assets: ['film'] })
    const made = await stack.api.fetch('/api/resync', { method: 'POST', body })
    const operations = [((await made.json()) as { id: string }).id]
    for (const door of doors) {
      const { faults } = await attack({
        what: door.operation.operationId,
        requests: hostileRequests(document, door, { names, operations }),
        sender,
        headers: { 'x-functions-key': stack.keys.write },
        judge: judge.of(door),
      })
      expect(faults.slice(0, 5), `seed ${seed}, ${faults.length} faults`).toEqual([])
    }
  })

  it('P5: what the requests asked for has changed nothing of A, and nothing of strangers in B', async () => {
    await quiet()
    expect(writesTo(stack, 'east')).toEqual([])
    expect((await stack.accounts.west.arm.get('assets/stranger'))?.properties.description).toBe('not of this app')
    expect(await files(stack, 'west', 'film')).toEqual(await files(stack, 'east', 'film'))
  })
})
