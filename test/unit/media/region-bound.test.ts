import { expect, it } from 'vitest'
import { hostOf, isBound, urlsOf } from '../../../src/lib/media/region-bound.ts'

const east = { accountName: 'contosoeast', location: 'eastus2' }

it.each([
  ['contosoeast.keydelivery.eastus2.media.azure.net', true],
  ['contosoeast-use22.streaming.media.azure.net', true],
  ['licences.eastus2.contoso.example', true],
  ['lic-east.contoso.example', true],
  ['lic.contoso.example', false],
  ['contosoeasterly.example', false],
])('%s goes down with the source: %s', (host, bound) => {
  expect(isBound(host, east, [{ from: 'lic-east.contoso.example', to: 'lic.contoso.example' }])).toBe(bound)
})

it('tells a template with a host of its own from one that the service fills in', () => {
  const drm = {
    widevine: { customLicenseAcquisitionUrlTemplate: 'https://lic.contoso.example/{ContentKeyId}' },
    playReady: {},
  }
  const properties = {
    noEncryption: {},
    envelopeEncryption: { customKeyAcquisitionUrlTemplate: '//keys.contoso.example/?kid={ContentKeyId}' },
    commonEncryptionCenc: { drm },
  }
  expect(urlsOf({ properties })).toEqual([
    { field: 'envelopeEncryption', host: 'keys.contoso.example' },
    { field: 'commonEncryptionCenc.widevine', host: 'lic.contoso.example' },
    { field: 'commonEncryptionCenc.playReady' },
  ])
})

it('takes no part of a template for a host', () => {
  expect(hostOf('https://{AlternativeMediaId}/x')).toBeUndefined()
  expect(hostOf('')).toBeUndefined()
})

it('P6: leaves out whom a URL names before its host', () => {
  expect(hostOf('https://user:word@keys.contoso.example/k')).toBe('keys.contoso.example')
  expect(hostOf('https://word@keys.contoso.example:8443/k?m=a@b.example')).toBe('keys.contoso.example')
  expect(hostOf('https://keys.contoso.example/a@b')).toBe('keys.contoso.example')
})
