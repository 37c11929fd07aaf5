/** Callers who may not come in, and an app that cannot work: they are told the same, whatever they ask for. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import { type Answer, type ApiDocument, type Door, doorsOf } from '../support/api-contract.ts'
import { attack, seed } from './doors/attack.ts'
import { hostileDeliveries } from './doors/events.ts'
import { leakIn } from './doors/leaks.ts'
import { hostileRequests } from './doors/requests.ts'
import { createSender, type Sender } from './doors/send.ts'

const events = ['jobFinished', 'locatorCreated', 'resourceChanged']
const names = ['film', 'nobody']
const known = { names, operations: ['sweep-full-east_west'] }

interface Scene {
  readonly stack: Stack
  readonly sender: Sender
  readonly document: ApiDocument
  readonly doors: readonly Door[]
  readonly leak: (text: string) => string | undefined
}

const open = async (options: Parameters<typeof startStack>[0]): Promise<Scene> => {
  const stack = await startStack(options)
  const document = (await (await fetch(`${stack.urls.host}/api/openapi.json`)).json()) as ApiDocument
  return { stack, sender: createSender(stack.urls.host), document, doors: doorsOf(document), leak: leakIn(stack) }
}

const close = async ({ stack, sender }: Scene) => {
  sender.close()
  await stack.close()
}

/** All of an answer that could tell something. */
const whole = ({ status, text, headers }: Answer): string =>
  JSON.stringify([status, text, [...headers].filter(([name]) => name !== 'date' && name !== 'keep-alive')])

const key = ({ stack }: Scene, name: string): string => new URL(stack.webhook(name)).searchParams.get('code') ?? ''
const ground = ({ stack }: Scene) => ({ account: stack.accounts.east.accountId, topic: stack.topic.id, names })

describe('callers without a key', () => {
  let scene: Scene
  beforeAll(async () => {
    scene = await open({})
  })
  afterAll(() => close(scene))

  it('get one and the same answer at every door that wants one, whatever they ask for', async () => {
    const { sender, document, doors } = scene
    const keyed = doors.filter(({ operation }) => operation.security.length > 0)
    const answers = new Set<string>()
    const elsewhere = new Set<number>()
    for (const headers of [{}, { 'x-functions-key': 'wrong' }, { 'x-functions-key': scene.stack.keys.read.slice(1) }])
      for (const door of keyed) {
        const { faults } = await attack({
          what: `${door.operation.operationId} without a right key`,
          requests: hostileRequests(document, door, known),
          sender,
          headers,
          judge: answer => {
            if (answer.status === 401) answers.add(whole(answer))
            else elsewhere.add(answer.status)
            return answer.status < 500 ? [] : [`answered ${answer.status}`]
          },
        })
        expect(faults, `seed ${seed}`).toEqual([])
      }
    expect([...answers]).toHaveLength(1)
    // Paths that lead to no door, badly encoded ones, and those that a method is missing for.
    expect([...elsewhere].filter(status => ![400, 404, 405].includes(status))).toEqual([])
  })

  it('cannot tell at the webhook which functions there are, and start nothing', async () => {
    const { sender, stack } = scene
    const before = await stack.api.counters()
    const answers = new Set<string>()
    for (const name of [...events, 'nothing', 'resync', '']) {
      const { faults } = await attack({
        what: `events to ${name} without a key`,
        requests: hostileDeliveries(name, ground(scene)),
        sender,
        judge: answer => {
          answers.add(whole(answer))
          return []
        },
      })
      expect(faults, `seed ${seed}`).toEqual([])
    }
    expect([...answers]).toHaveLength(1)
    const after = await stack.api.counters()
    expect(events.map(name => after[name]?.started)).toEqual(events.map(name => before[name]?.started))
  })
})

describe('an app with mistakes in its settings', () => {
  let scene: Scene
  beforeAll(async () => {
    scene = await open({
      settings: { TWINSTREAM_PACE: 'secret-pace', TWINSTREAM_MAX_ACTIVE: '-1' },
      topology: made => ({ accounts: made.accounts, routes: [{ from: 'east', to: 'secret-place', mode: 'mirror' }] }),
    })
  })
  afterAll(() => close(scene))

  const clean = ({ text }: Answer, tellsWhy = false): readonly string[] => {
    const found = tellsWhy
      ? scene.leak(text.replaceAll(/"TWINSTREAM_\w+/g, ''))
      : (scene.leak(text) ?? /secret-\w+|mirror/.exec(text)?.[0])
    return found === undefined ? [] : [`shows ${found}`]
  }

  it('says at every door that it is not ready, and why only at that of readiness', async () => {
    const { sender, document, doors } = scene
    for (const door of doors.filter(({ operation }) => operation.security.length > 0)) {
      const bodies = new Set<string>()
      const { faults } = await attack({
        what: `${door.operation.operationId}, broken settings`,
        requests: hostileRequests(document, door, known),
        sender,
        headers: { 'x-functions-key': scene.stack.keys.write },
        judge: answer => {
          if (answer.status === 503) bodies.add(answer.text)
          return [
            ...clean(answer, door.operation.operationId === 'readiness'),
            ...(answer.status < 500 || answer.status === 503 ? [] : [`answered ${answer.status}`]),
          ]
        },
      })
      expect(faults, `seed ${seed}`).toEqual([])
      expect([...bodies].map(text => JSON.parse(text).code)).toEqual(['NotReady'])
      const told = [...bodies].flatMap(text =>
        (JSON.parse(text).issues ?? []).map(({ path }: { path: string }) => path),
      )
      const why = ['TWINSTREAM_PACE', 'TWINSTREAM_TOPOLOGY.routes[0].mode', 'TWINSTREAM_TOPOLOGY.routes[0].to']
      expect(told.toSorted()).toEqual(
        door.operation.operationId === 'readiness' ? ['TWINSTREAM_MAX_ACTIVE', ...why] : [],
      )
    }
  })

  it('P3: fails every event, so that Event Grid keeps it, and does not say why', async () => {
    for (const name of events) {
      const bodies = new Set<string>()
      const { faults } = await attack({
        what: `events to ${name}, broken settings`,
        requests: hostileDeliveries(name, ground(scene)),
        sender: scene.sender,
        headers: { 'x-functions-key': key(scene, name) },
        judge: answer => {
          if (answer.status >= 500) bodies.add(`${answer.status} ${answer.text}`)
          return clean(answer)
        },
      })
      expect(faults, `seed ${seed}`).toEqual([])
      expect([...bodies]).toEqual(['500 The app has started with mistakes in its settings; see its log.'])
    }
  })
})
