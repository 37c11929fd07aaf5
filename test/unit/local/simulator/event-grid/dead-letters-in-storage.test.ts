import { expect, test } from 'vitest'
import { eventually } from '../../../../support/eventually.ts'
import { startFaultGround } from '../fault-ground.ts'

test('a dead letter is a blob that any client of the storage account can read', async () => {
  await using ground = await startFaultGround()
  await ground.blobStore.ensureContainer(ground.storageAccount, 'dead')
  const storage = `/subscriptions/s/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/${ground.storageAccount}`
  const properties = { resourceId: storage, blobContainerName: 'dead' }
  const deadLetterDestination = { endpointType: 'StorageBlob', properties }
  expect((await ground.subscribe('to-app', { more: { deadLetterDestination } })).status).toBe(201)
  ground.webhook.behave = () => 400
  await ground.publish('lost')
  await ground.idle()
  ground.clock.advance(5 * 60_000)
  const [name = ''] = await eventually(async () => {
    const names = await ground.blobStore.listBlobNames(ground.storageAccount, 'dead')
    expect(names).toHaveLength(1)
    return names
  })
  expect(name).toMatch(/^TO-APP\/\d{4}\/\d{1,2}\/\d{1,2}\/\d{1,2}\/[0-9a-f-]{36}\.json$/)
  const blob = await ground.blob('GET', `dead/${name}`)
  expect(blob.headers.get('content-type')).toBe('application/json')
  expect(await blob.json()).toMatchObject([{ id: 'lost', deliveryAttempts: 1, lastDeliveryOutcome: 'BadRequest' }])
})
