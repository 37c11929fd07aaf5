/** Forged and broken events, as somebody with the webhook's key could send them. */
import fc from 'fast-check'
import { brokenText } from './requests.ts'
import type { RawRequest } from './send.ts'
import { hostileText, mutated } from './values.ts'

export interface EventGround {
  /** Resource id of the source account, and of the publishers' topic. */
  readonly account: string
  readonly topic: string
  /** Names that exist, and some that do not. */
  readonly names: readonly string[]
}

const types = [
  'Microsoft.Media.JobFinished',
  'Microsoft.Media.JobOutputFinished',
  'Microsoft.Media.JobErrored',
  'Microsoft.Resources.ResourceWriteSuccess',
  'Microsoft.Resources.ResourceDeleteSuccess',
  'Twinstream.LocatorCreated',
  'Twinstream.LocatorDeleted',
]

const collections = ['assets', 'streamingLocators', 'contentKeyPolicies', 'streamingPolicies', 'accountFilters', 'jobs']

const subjects = ({ account, names }: EventGround): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom('transforms/t/jobs/j', '/transforms/t/jobs/j', 'streamingLocators/x'),
    fc
      .tuple(fc.constantFrom(...collections), fc.constantFrom(...names))
      .map(([collection, name]) => `${account}/${collection}/${encodeURIComponent(name)}`),
  )

const dataOf = ({ account, names }: EventGround): fc.Arbitrary<unknown> => {
  const name = fc.constantFrom(...names)
  const output = fc.record(
    {
      '@odata.type': fc.constant('#Microsoft.Media.JobOutputAsset'),
      assetName: name,
      state: fc.constantFrom('Finished', 'Error', 'Processing'),
      error: fc.constantFrom(null, { code: 'ServiceError' }),
    },
    { requiredKeys: ['assetName', 'state'] },
  )
  return fc.record(
    {
      outputs: fc.array(output, { maxLength: 3 }),
      output,
      locatorName: name,
      assetName: name,
      streamingLocatorId: fc.uuid(),
      account: fc.constant(account),
      resourceUri: fc.constant(account),
      claims: fc.constant({ name: 'somebody@contoso.example' }),
    },
    { requiredKeys: [] },
  )
}

/** One event of either schema that could be real. */
const eventOf = (ground: EventGround): fc.Arbitrary<unknown> => {
  const { account, topic } = ground
  const scope = account.replace(/\/providers\/.*/, '')
  const time = fc.constantFrom(
    '2020-01-01T00:00:00.0000000',
    '2999-01-01T00:00:00Z',
    '0001-01-01T00:00:00',
    'yesterday',
  )
  const parts = {
    id: fc.uuid(),
    type: fc.constantFrom(...types),
    topic: fc.constantFrom(account, topic, scope, account.toUpperCase(), '/subscriptions/elsewhere'),
    subject: subjects(ground),
    time,
    data: dataOf(ground),
  }
  return fc
    .tuple(fc.record(parts), fc.boolean())
    .map(([{ id, type, topic: from, subject, time: at, data }, cloud]) =>
      cloud
        ? { specversion: '1.0', id, type, source: from, subject, time: at, data }
        : { id, eventType: type, topic: from, subject, eventTime: at, data, dataVersion: '1.0', metadataVersion: '1' },
    )
}

/** Deliveries to one function of the webhook; `path` without the key. */
export const hostileDeliveries = (functionName: string, ground: EventGround): fc.Arbitrary<RawRequest> => {
  const event = eventOf(ground)
  const batch = fc.array(fc.oneof(event, mutated(event)), { minLength: 1, maxLength: 4 })
  const body = fc.oneof(
    { weight: 4, arbitrary: fc.oneof(event, batch).map(value => JSON.stringify(value)) },
    { weight: 6, arbitrary: mutated(fc.oneof(event, batch)).map(value => JSON.stringify(value) ?? '') },
    { weight: 2, arbitrary: brokenText(batch) },
    { weight: 1, arbitrary: hostileText() },
  )
  const type = fc.constantFrom(
    ...Array<string>(12).fill('Notification'),
    'SubscriptionValidation',
    'Unsubscribe',
    'x',
    '',
  )
  const name = encodeURIComponent(functionName)
  const path = `/runtime/webhooks/eventgrid?functionName=${name}`
  return fc
    .record({ body, type, method: fc.constantFrom(...Array<string>(15).fill('POST'), 'OPTIONS', 'PUT') })
    .map(({ body: sent, type: eventType, method }) => ({
      method,
      path,
      headers: {
        'content-type': 'application/json',
        'aeg-event-type': eventType,
        'webhook-request-origin': 'x.example',
      },
      body: sent,
    }))
}
