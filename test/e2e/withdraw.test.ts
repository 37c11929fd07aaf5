import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import { encode, eventually, inSync, publish, route } from './support.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack.close())

const post = async (path: string, body: unknown) => {
  const response = await stack.api.fetch(path, { method: 'POST', body: JSON.stringify(body) })
  return { status: response.status, body: (await response.json()) as { locators: { name: string; result: string }[] } }
}
const inB = (name: string) => stack.accounts.west.arm.get(`streamingLocators/${name}`)

it('P10: what an operator withdraws goes at once, while region A is down, and stays away until it is lifted', async () => {
  await encode(stack, 'film')
  await publish(stack, 'film', 'film-clear')
  await publish(stack, 'film', 'film-other')
  await eventually('both locators are in B', async () => (await inB('film-clear')) && (await inB('film-other')))
  await inSync(stack, 'film')

  stack.simulator.outage('east')
  const { status, body } = await post('/api/withdraw', { route, locators: ['film-clear'] })
  expect([status, body.locators]).toEqual([200, [{ name: 'film-clear', result: 'withdrawn', asset: 'film' }]])
  expect(await inB('film-clear')).toBeUndefined()
  stack.simulator.restore('east')
  await stack.api.fire('dispatch')

  expect((await post('/api/resync', { route, assets: ['film'] })).status).toBe(202)
  const view = await inSync(stack, 'film')
  expect(view.facts).toMatchObject({ withdrawn: ['film-clear'] })
  expect(await inB('film-clear')).toBeUndefined()
  expect(await inB('film-other')).toBeDefined()

  const query = new URLSearchParams({ route, locator: 'film-clear' })
  expect((await stack.api.fetch(`/api/withdraw?${query}`, { method: 'DELETE' })).status).toBe(200)
  const again = await eventually('the locator is back in B', () => inB('film-clear'))
  const source = await stack.accounts.east.arm.get('streamingLocators/film-clear')
  expect(again.properties.streamingLocatorId).toBe(source?.properties.streamingLocatorId)
})

it('P8: what the target does not take while it is down is listed as pending, and as withdrawn once it is off', async () => {
  await encode(stack, 'gala')
  await publish(stack, 'gala', 'gala-clear')
  await eventually('the locator is in B', () => inB('gala-clear'))
  await inSync(stack, 'gala')
  const listed = async () => {
    const response = await stack.api.fetch(`/api/withdraw?${new URLSearchParams({ route })}`)
    const { withdrawals } = (await response.json()) as { withdrawals: { locator: string; result: string }[] }
    return withdrawals.map(({ locator, result }) => `${locator} ${result}`)
  }

  stack.simulator.outage('west')
  const { body } = await post('/api/withdraw', { route, locators: ['gala-clear'] })
  expect(body.locators).toMatchObject([{ name: 'gala-clear', result: 'pending' }])
  expect(await listed()).toEqual(['gala-clear pending'])
  stack.simulator.restore('west')
  await eventually('it is listed as withdrawn', async () => {
    await stack.api.fire('dispatch')
    return (await listed()).includes('gala-clear withdrawn')
  })
  expect(await inB('gala-clear')).toBeUndefined()
})
