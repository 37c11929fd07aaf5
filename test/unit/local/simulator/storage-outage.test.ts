/** An outage of storage alone, as the media service meets it: contract section 5. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { type FaultGround, startFaultGround } from './fault-ground.ts'

const preset = { '@odata.type': '#Microsoft.Media.BuiltInStandardEncoderPreset', presetName: 'AdaptiveStreaming' }
const job = {
  properties: {
    input: { '@odata.type': '#Microsoft.Media.JobInputHttp', baseUri: 'https://source/', files: ['a.mp4'] },
    outputs: [{ '@odata.type': '#Microsoft.Media.JobOutputAsset', assetName: 'film' }],
  },
}
const requests = {
  'PUT of an asset': ['PUT', 'assets/new', {}],
  listContainerSas: ['POST', 'assets/film/listContainerSas', { permissions: 'Read' }],
  listPaths: ['POST', 'streamingLocators/film/listPaths', undefined],
  'a list of tracks': ['GET', 'assets/film/tracks', undefined],
} as const

let ground: FaultGround
beforeAll(async () => {
  ground = await startFaultGround()
  await ground.east('PUT', 'assets/film', { properties: { container: 'film' } })
  await ground.blob('PUT', 'film/film.ism', '<smil><head/><body><switch/></body></smil>')
  const clear = { assetName: 'film', streamingPolicyName: 'Predefined_ClearStreamingOnly' }
  await ground.east('PUT', 'streamingLocators/film', { properties: clear })
  await ground.east('PUT', 'transforms/encode', { properties: { outputs: [{ preset }] } })
})
afterAll(() => ground[Symbol.asyncDispose]())

const outage = (method: 'POST' | 'DELETE') => ground.east(method, '/_sim/outage?account=east&plane=storage')

describe.each(Object.entries(requests))('%s', (_, [method, path, body]) => {
  it('is a 409 while the storage account is dark, and done when it is back', async () => {
    await outage('POST')
    const dark = await ground.east(method, path, body)
    await outage('DELETE')
    expect([dark.status, dark.body.error.code]).toEqual([409, 'Conflict'])
    expect(dark.body.error.message).toContain(ground.storageAccount)
    expect((await ground.east(method, path, body)).status).toBeLessThan(300)
  })
})

it('what needs no storage is answered, and other accounts have theirs', async () => {
  await outage('POST')
  const [read, changed, other] = [
    await ground.east('GET', 'assets/film'),
    await ground.east('PUT', 'assets/film', { properties: { description: 'a film' } }),
    await ground.west('PUT', 'assets/film', {}),
  ]
  await outage('DELETE')
  expect([read.status, changed.status, other.status]).toEqual([200, 200, 201])
})

it('faults of single requests are those of clients, and the service uses none up', async () => {
  const rule = { account: 'east', plane: 'storage', kind: 'outage', count: 1 }
  await ground.east('POST', '/_sim/faults', rule)
  expect((await ground.east('POST', 'assets/film/listContainerSas', { permissions: 'Read' })).status).toBe(200)
  await expect(ground.blob('GET', 'film/film.ism')).rejects.toThrow('fetch failed')
})

it('a job whose output cannot be written ends in error', async () => {
  await ground.east('PUT', 'transforms/encode/jobs/one', job)
  await outage('POST')
  ground.clock.advance(600)
  const { properties } = await eventually(async () => {
    const { body } = await ground.east('GET', 'transforms/encode/jobs/one')
    if (body.properties.state !== 'Error') throw new Error(body.properties.state)
    return body
  })
  await outage('DELETE')
  expect(properties.outputs[0].error).toMatchObject({
    code: 'UploadNotAccessible',
    category: 'Upload',
    retry: 'MayRetry',
  })
  expect(properties.outputs[0].error.message).toContain('does not answer')
})
