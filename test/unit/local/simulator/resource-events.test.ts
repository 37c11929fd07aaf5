/** Events of Resource Manager for what is done to media resources. */
import { expect, test } from 'vitest'
import { subscriptionId } from '../../../contract/support/client.ts'
import { ground } from './ground.ts'

const subscription = `/subscriptions/${subscriptionId}`
const group = `${subscription}/resourceGroups/media-east`
const asset = { properties: { description: 'Film' } }

interface Told {
  readonly operationName: string
  readonly resourceUri: string
  readonly httpRequest?: { readonly method: string; readonly url: string; readonly clientRequestId: string }
  readonly claims: Readonly<Record<string, string>>
}
const begin = async (armEvents = true) => {
  const g = await ground({ switches: { armEvents } })
  const told = () => g.published.map(({ topic, event }) => ({ topic, ...event, data: event.data as Told }))
  return { ...g, told }
}

test('are off unless the switch says otherwise', async () => {
  await using g = await begin(false)
  await g.east('PUT', 'assets/film', asset)
  expect(g.published).toEqual([])
  await g.east('PATCH', '/_sim/switches', { armEvents: true })
  await g.east('PUT', 'assets/film', asset)
  expect(g.published).toHaveLength(2)
})

test('go to the topics of the subscription and of the resource group', async () => {
  await using g = await begin()
  await g.east('PUT', 'assets/film', asset)
  expect(g.told().map(({ topic, eventType }) => [topic, eventType])).toEqual(
    [subscription, group].map(topic => [topic, 'Microsoft.Resources.ResourceWriteSuccess']),
  )
})

test('writes, deletes and actions are told, with the request unless it created; reads and failures are not', async () => {
  await using g = await begin()
  await g.east('GET', 'assets')
  await g.east('DELETE', 'contentKeyPolicies/none?api-version=1999-01-01')
  await g.east('PUT', 'streamingLocators/none', { properties: { assetName: 'none', streamingPolicyName: 'none' } })
  expect(g.published).toEqual([])
  await g.east('PUT', 'assets/my%20film', asset)
  await g.east('PUT', 'assets/my%20film', asset)
  await g.east('PATCH', 'assets/my%20film', asset, { 'x-ms-client-request-id': 'mine' })
  await g.east('POST', 'assets/my%20film/listStreamingLocators')
  await g.east('DELETE', 'assets/my%20film')
  const told = g.told().filter(({ topic }) => topic === group)
  expect(
    told.map(({ eventType, data }) => [eventType.split('.').at(-1), data.operationName, data.httpRequest?.method]),
  ).toEqual([
    ['ResourceWriteSuccess', 'Microsoft.Media/mediaservices/assets/write', undefined],
    ['ResourceWriteSuccess', 'Microsoft.Media/mediaservices/assets/write', 'PUT'],
    ['ResourceWriteSuccess', 'Microsoft.Media/mediaservices/assets/write', 'PATCH'],
    ['ResourceActionSuccess', 'Microsoft.Media/mediaservices/assets/listStreamingLocators/action', 'POST'],
    ['ResourceDeleteSuccess', 'Microsoft.Media/mediaservices/assets/delete', 'DELETE'],
  ])
  for (const { subject, data } of told) {
    expect(subject).toMatch(/\/providers\/Microsoft\.Media\/mediaServices\/contosoeast\/assets\/my film$/)
    expect(data.resourceUri).toBe(subject)
  }
  expect(told[2]?.data.httpRequest?.clientRequestId).toBe('mine')
  expect(told[4]?.data.httpRequest?.url).toMatch(/^https:\/\/management\.azure\.com\/subscriptions\/.*\?api-version=/)
})

test('a new content key policy is told as one, although it is answered with 200', async () => {
  await using g = await begin()
  const options = [
    {
      configuration: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyClearKeyConfiguration' },
      restriction: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyOpenRestriction' },
    },
  ]
  for (const _ of [1, 2])
    expect((await g.east('PUT', 'contentKeyPolicies/p', { properties: { options } })).status).toBe(200)
  const told = g.told().filter(({ topic }) => topic === group)
  expect(told.map(({ data }) => data.httpRequest?.method)).toEqual([undefined, 'PUT'])
})

test('a person has a name among the claims, an application has none', async () => {
  await using g = await begin()
  await g.east('PUT', '/_sim/tokens', { token: 'app', principal: 'publisher', grants: { '*': 'Owner' } })
  await g.east('PUT', 'assets/film', asset)
  await g.east('PUT', 'assets/film', asset, { authorization: 'Bearer app' })
  const upn = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn'
  expect(
    g
      .told()
      .filter(({ topic }) => topic === group)
      .map(({ data }) => data.claims[upn]),
  ).toEqual(['owner@simulator.invalid', undefined])
})
