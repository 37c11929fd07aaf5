/** What players ask of the simulator: origins and key delivery, below `/hosts/`. Contract sections 7 and 8. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ground } from './ground.ts'

const odata = (type: string) => `#Microsoft.Media.${type}`
const locatorId = '0cf1a6b2-52ab-4c3e-9f5b-6a2a1d1f0e01'
const keyId = '0cf1a6b2-52ab-4c3e-9f5b-6a2a1d1f0e02'
const key = 'AAECAwQFBgcICQoLDA0ODw=='
const origin = 'contosoeast-use22.streaming.media.azure.net'
const keys = 'contosoeast.keydelivery.eastus2.media.azure.net'
const sample = join(import.meta.dirname, '../../../../local/sample')

let scene: Awaited<ReturnType<typeof ground>>
const play = (host: string, path: string) => fetch(`${scene.simulator.url}/hosts/${host}${path}`)
const open = { '@odata.type': odata('ContentKeyPolicyOpenRestriction') }
const token = {
  '@odata.type': odata('ContentKeyPolicyTokenRestriction'),
  issuer: 'i',
  audience: 'a',
  restrictionTokenType: 'Jwt',
  primaryVerificationKey: { '@odata.type': odata('ContentKeyPolicySymmetricTokenKey'), keyValue: key },
}
const keyPolicy = (name: string, restriction: object) =>
  scene.east('PUT', `contentKeyPolicies/${name}`, {
    properties: {
      options: [{ configuration: { '@odata.type': odata('ContentKeyPolicyClearKeyConfiguration') }, restriction }],
    },
  })
const locator = (name: string, properties: object) =>
  scene.east('PUT', `streamingLocators/${name}`, { properties: { assetName: 'film', ...properties } })
const aes = (policy: string, id: string, keyOf: string) => ({
  streamingPolicyName: 'Predefined_ClearKey',
  defaultContentKeyPolicyName: policy,
  streamingLocatorId: id,
  contentKeys: [{ id: keyOf, labelReferenceInStreamingPolicy: 'clearKeyDefault', value: key }],
})

beforeAll(async () => {
  scene = await ground()
  await scene.east('PUT', 'assets/film', { properties: { container: 'film' } })
  for (const file of ['city.ism', 'city.ismc', 'city_640x360_340.mp4', 'city_320x180_120.mp4'])
    await scene.blobStore.putBlob('contosoeaststore', 'film', file, await readFile(join(sample, file)), 'text/plain')
  await scene.east('POST', 'streamingEndpoints/default/start')
  scene.clock.advance(1000)
  await keyPolicy('open', open)
  await keyPolicy('guarded', token)
  await locator('aes', aes('open', locatorId, keyId))
  await locator('guarded', aes('guarded', locatorId.replace(/01$/, '11'), keyId.replace(/02$/, '12')))
  await locator('clear', { streamingPolicyName: 'Predefined_ClearStreamingOnly' })
})
afterAll(() => scene[Symbol.asyncDispose]())

it('leads from every path that listPaths names to a fragment, and from the encrypted one to the key', async () => {
  for (const name of ['aes', 'clear']) {
    const { streamingPaths } = (await scene.east('POST', `streamingLocators/${name}/listPaths`)).body
    expect(streamingPaths).toHaveLength(3)
    for (const { paths } of streamingPaths) expect((await play(origin, paths[0])).status, paths[0]).toBe(200)
  }
  const master = `/${locatorId}/city.ism/manifest(format=m3u8-aapl,encryption=cbc)`
  const [, variant = ''] = /^(QualityLevels.*)$/m.exec(await (await play(origin, master)).text()) ?? []
  const playlist = await (await play(origin, `/${locatorId}/city.ism/${variant}`)).text()
  const [, keyUrl = ''] = /URI="(.*)"/.exec(playlist) ?? []
  expect(keyUrl).toBe(`https://${keys}/?kid=${keyId}`)
  const [fragment = ''] = /^Fragments.*$/m.exec(playlist) ?? []
  const [quality = ''] = variant.split('/')
  const bytes = await (await play(origin, `/${locatorId}/city.ism/${quality}/${fragment}`)).bytes()
  expect(bytes.length).toBeGreaterThan(1000)
  const given = await (await play(keys, `/?kid=${keyId}`)).bytes()
  expect(Buffer.from(given).toString('base64')).toBe(key)
})

it('refuses what the policy, the locator or the state of the endpoint does not allow', async () => {
  const at = (rest: string) => `/${locatorId}/city.ism/${rest}`
  const status = async (host: string, path: string) => {
    const response = await play(host, path)
    return `${response.status} ${await response.text()}`.trim()
  }
  expect(await status(origin, at('manifest'))).toBe('403 MPE_ENC_ENCRYPTION_REQUIRED')
  expect(await status(origin, at('manifest(encryption=cenc)'))).toBe(
    '403 MPE_ENC_ENCRYPTION_NOT_SET_IN_DELIVERY_POLICY',
  )
  expect(await status(origin, at('nothing'))).toBe('400 MPE_BAD_URL_SYNTAX')
  expect(await status(origin, at('manifest(encryption=cbc)').replace('city', 'other'))).toBe('404')
  expect(await status(origin, at('manifest(encryption=cbc)').replace('01/', '09/'))).toBe('404')
  expect(await status('other.example', at('manifest'))).toBe('404')
  expect(await status(keys, `/?kid=${keyId.replace(/02$/, '12')}`)).toBe('401')
  expect(await status(keys, `/?kid=${locatorId}`)).toBe('404')
  await scene.east('POST', 'streamingEndpoints/default/stop')
  expect(await status(origin, at('manifest(encryption=cbc)'))).toBe('503')
})
