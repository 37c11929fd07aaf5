/** A year goes by in a moment: what has ended is removed, what has not stays. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readHostKeys } from '../../local/stack/host-api.ts'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import { encode, eventually, inSync, publish, route, sender } from './support.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack.close())

const year = 365 * 24 * 3_600_000

const resync = async (more: object): Promise<string> => {
  const body = JSON.stringify({ route, all: true, ...more })
  const response = await stack.api.fetch('/api/resync', { method: 'POST', body })
  return ((await response.json()) as { id: string }).id
}
const operation = async (id: string) => {
  const response = await stack.api.fetch(`/api/operations/${id}`)
  return { found: response.status, ...((await response.json()) as { status: unknown }) }
}
const locatorUnit = async (name: string): Promise<string> => {
  const query = new URLSearchParams({ route, kind: 'streamingLocator', name })
  return (await stack.api.fetch(`/api/units?${query}`)).text()
}
/** Instances of the task hub that were created before a time, as the hub's own clients list them. */
const instances = async (before: number) => {
  const query = new URLSearchParams({ createdTimeTo: new Date(before).toISOString(), top: '1000', showInput: 'false' })
  const key = readHostKeys(stack.hostStateDir).master
  const response = await fetch(`${stack.urls.host}/runtime/webhooks/durabletask/instances?${query}&code=${key}`)
  const list = (await response.json()) as { instanceId: string; runtimeStatus: string }[]
  return list.map(({ instanceId, runtimeStatus }) => ({ instanceId, runtimeStatus }))
}

it('P3: history, operations and units of which nothing is left are removed when they are old, and none that still runs', async () => {
  await encode(stack, 'film')
  await publish(stack, 'film', 'film-clear')
  await eventually('film-clear is in B', () => stack.accounts.west.arm.get('streamingLocators/film-clear'))
  await inSync(stack, 'film')
  await sender(stack).locatorDeleted({ locatorName: 'nobody-knows' })
  await eventually('the locator has been looked for', async () =>
    (await locatorUnit('nobody-knows')).includes('inSync'),
  )
  const ended = await resync({ dryRun: true })
  await eventually('the dry run ended', async () => (await operation(ended)).status === 'succeeded')
  stack.simulator.outage('east')
  const waiting = await resync({ dryRun: true })
  await eventually('the second one waits', async () => 'waiting' in (await operation(waiting)))
  const before = await stack.api.advance(0)
  expect((await instances(before)).length).toBeGreaterThan(2)

  stack.simulator.advance(year)
  await stack.api.advance(year)
  // The timer is due by itself.
  await eventually('the old operation is forgotten', async () => (await operation(ended)).found === 404)
  expect((await stack.api.fetch(`/api/operations/${ended}/report`)).status).toBe(404)
  await eventually('finished instances are gone', async () =>
    (await instances(before)).every(({ runtimeStatus }) => runtimeStatus === 'Running'),
  )
  await eventually('what led nowhere is forgotten', async () =>
    (await locatorUnit('nobody-knows')).includes('UnitUnknown'),
  )
  // Sweeps that wait for the region are there as well.
  expect(await instances(before)).toContainEqual({ instanceId: `pages-${waiting}`, runtimeStatus: 'Running' })

  stack.simulator.restore('east')
  await eventually('what waited ends', async () => (await operation(waiting)).status === 'succeeded', 60_000)
  await inSync(stack, 'film')
}, 120_000)
