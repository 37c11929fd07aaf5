import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { dataPath, describeWithData } from '../../../../contract/support/shared-data.ts'
import { eventually } from '../../../../support/eventually.ts'
import { jobFinished, startGround, startWebhook, subscriptionPath, topic } from './ground.ts'
import { shapeOf, shapesIn } from './shapes.ts'

let ground: Awaited<ReturnType<typeof startGround>>
let webhook: Awaited<ReturnType<typeof startWebhook>>
beforeEach(async () => {
  ground = await startGround()
  webhook = await startWebhook()
})
afterEach(async () => {
  await ground.close()
  await webhook.close()
})

const subscribe = (schema = 'EventGridSchema') =>
  ground.subscribe('to-app', { endpoint: `${webhook.url}/hook`, schema })
const stateOf = ({ body }: { body: Record<string, unknown> | undefined }) =>
  (body?.properties as { provisioningState?: string } | undefined)?.provisioningState
const state = async () => stateOf(await ground.call(subscriptionPath('to-app')))
const becomes = (wanted: string) => eventually(async () => expect(await state()).toBe(wanted))
const minute = 60_000

/** Where the webhook was told to GET. */
const challengeOf = (schema: string): string => {
  const seen = webhook.handshakes.at(-1)
  if (schema === 'CloudEventSchemaV1_0') return String(seen?.headers['webhook-request-callback'])
  return (seen?.body as { data: { validationUrl: string } }[] | undefined)?.[0]?.data.validationUrl ?? ''
}
/** Takes the challenge and proves nothing yet. */
const silent = { status: 200, body: 'thanks', allowed: false } as const

describe.each(['EventGridSchema', 'CloudEventSchemaV1_0'])('%s: an endpoint that proves itself by a GET', schema => {
  test('waits until then, and gets what is published afterwards', async () => {
    webhook.handshake = silent
    const made = await subscribe(schema)
    expect([made.status, stateOf(made)]).toEqual([201, 'AwaitingManualAction'])
    ground.grid.publish(topic, [jobFinished('early')])
    const url = challengeOf(schema)
    expect(new URL(url).origin).toBe(ground.url)
    expect((await fetch(url)).status).toBe(200)
    await becomes('Succeeded')
    ground.grid.publish(topic, [jobFinished('late')])
    await ground.grid.idle()
    expect(JSON.stringify(webhook.received.map(({ body }) => body))).toMatch(/^(?!.*early).*late/)
  })

  test('may do so before it answers', async () => {
    webhook.handshake = silent
    webhook.challenged = async () => void (await fetch(challengeOf(schema)))
    await subscribe(schema)
    await becomes('Succeeded')
  })

  test('has five minutes', async () => {
    webhook.handshake = silent
    await subscribe(schema)
    ground.clock.advance(5 * minute - 1)
    expect(await state()).toBe('AwaitingManualAction')
    ground.clock.advance(1)
    await becomes('Failed')
    expect((await fetch(challengeOf(schema))).status).toBe(400)
    expect(await state()).toBe('Failed')
  })
})

test('a challenge of a subscription that was made anew means nothing to the new one', async () => {
  webhook.handshake = silent
  await subscribe()
  const old = challengeOf('EventGridSchema')
  await subscribe()
  await fetch(old)
  await fetch(old)
  expect(await state()).toBe('AwaitingManualAction')
})

test('nobody validates with an invented token', async () => {
  webhook.handshake = silent
  await subscribe()
  const url = new URL(challengeOf('EventGridSchema'))
  url.searchParams.set('token', 'x')
  expect((await fetch(url)).status).toBe(400)
  expect(await state()).toBe('AwaitingManualAction')
})

describeWithData('the published validation event', 'events', () => {
  test('has the same members', async () => {
    await subscribe()
    const sample = shapesIn(dataPath('events', 'Microsoft.EventGrid.SubscriptionValidationEvent.json'))
    expect(shapeOf(webhook.handshakes[0]?.body)).toEqual(sample)
  })
})
