import { describe, expect, test } from 'vitest'
import {
  compareAsset,
  compareFilter,
  compareKeys,
  compareLocator,
  comparePolicyBody,
  compareStreamingPolicy,
} from '../../../src/lib/media/compare.ts'
import type { ContentKey, Json } from '../../../src/lib/media/resources.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { certificate } from './certificate.ts'

/** Two content key policies with one option each. */
const compareOptions = (a: Json, b: Json) =>
  comparePolicyBody(new Secret({ options: [a] }), new Secret({ options: [b] }))

const key = (value: string, policyName?: string): readonly ContentKey[] => [
  { id: 'k', type: 't', value: new Secret(value), ...(policyName ? { policyName } : {}) },
]

describe('P7: equal things are equal', () => {
  const compareTimes = (a: string, b: string) => {
    const at = (beginDate: string) => ({ configuration: { licenses: [{ beginDate }] } })
    return compareOptions(at(a), at(b))
  }

  test.each([
    ['9999-12-31T23:59:59.9999999Z', '9999-12-31T23:59:59.997Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.997Z'],
    ['2021-01-21T00:31:46.6019481Z', '2021-01-21T00:31:46.603Z'],
    ['2018-03-29T10:00:00.000Z', '2018-03-29T10:00:00.004Z'],
    ['2018-03-29T10:00:00.000Z', '2018-03-29T10:00:00Z'],
    ['2018-03-29T10:00:00Z', '2018-03-29T12:00:00.0000000+02:00'],
  ])('%s and %s are the same time', (a, b) => {
    expect(compareTimes(a, b)).toEqual([])
  })

  test('times 5 ms apart are not the same', () => {
    expect(compareTimes('2018-03-29T10:00:00Z', '2018-03-29T10:00:00.005Z')).toEqual([
      'options[].configuration.licenses[0].beginDate',
    ])
  })

  test('a certificate in PEM is the same as in DER, whatever stands before it; one with something behind it is not', () => {
    const at = (rawBody: string) => ({ restriction: { primaryVerificationKey: { rawBody } } })
    const pem = `-----BEGIN CERTIFICATE-----\n${certificate.match(/.{1,64}/g)?.join('\n')}\n-----END CERTIFICATE-----\n`
    const base64 = (text: string) => Buffer.from(text).toString('base64')
    expect(compareOptions(at(certificate), at(base64(pem)))).toEqual([])
    expect(compareOptions(at(certificate), at(base64(`subject=media.example\n${pem}`)))).toEqual([])
    const longer = Buffer.concat([Buffer.from(certificate, 'base64'), Buffer.from('more')]).toString('base64')
    expect(compareOptions(at(certificate), at(longer))).toEqual([
      'options[].restriction.primaryVerificationKey.rawBody',
    ])
  })

  test('64-bit numbers as number or as text, and to the last digit', () => {
    const at = (rentalDuration: Json) => ({ configuration: { rentalDuration } })
    expect(compareOptions(at(3600), at('3600'))).toEqual([])
    const [max, less] = ['9223372036854775807', '9223372036854775806']
    const range = (endTimestamp: string) => ({ properties: { presentationTimeRange: { endTimestamp }, tracks: [] } })
    expect(compareFilter(range(max), range(max))).toEqual([])
    expect(compareFilter(range(max), range(less))).toEqual(['presentationTimeRange.endTimestamp'])
  })

  test('keys without labels are paired by id, in any order, with their values and policies', () => {
    const one = (id: string, type: string, value: string, policyName: string): ContentKey => ({
      id,
      type,
      value: new Secret(value),
      policyName,
    })
    const [a, b] = [one('1', 'CommonEncryptionCenc', 'AAAA', 'p'), one('2', 'CommonEncryptionCbcs', 'BBBB', 'q')]
    expect(compareKeys([a, b], [b, a])).toEqual([])
    const swapped = [one('2', 'CommonEncryptionCbcs', 'BBBB', 'p'), one('1', 'CommonEncryptionCenc', 'AAAA', 'q')]
    expect(compareKeys([a, b], swapped)).toEqual(['contentKeys[1].policyName', 'contentKeys[2].policyName'])
  })

  test('the policy of a key counts only where both services tell it', () => {
    expect(compareKeys(key('AAAA', 'One'), key('AAAA', 'two'))).toEqual(['contentKeys[k].policyName'])
    expect(compareKeys(key('AAAA', 'One'), key('AAAA', 'one'))).toEqual([])
    expect(compareKeys(key('AAAA', 'One'), key('AAAA'))).toEqual([])
  })
})

describe('P6: a difference is told by where it is', () => {
  test('in an asset', () => {
    expect(compareAsset({ description: 'a' }, { description: 'b', alternateId: 'x' })).toEqual([
      'alternateId',
      'description',
    ])
  })

  test('in a member that is empty on one side, which is not the same as none', () => {
    const at = (drm: Json) => ({ properties: { commonEncryptionCenc: { drm } } })
    expect(compareStreamingPolicy(at({ widevine: {} }), at({}))).toEqual(['commonEncryptionCenc.drm.widevine'])
  })

  test('in an item of a list without order, by what names it', () => {
    const locator = (label: string) => ({
      name: 'l',
      assetName: 'a',
      streamingPolicyName: 'p',
      contentKeys: [
        { id: '2', type: 't', labelReferenceInStreamingPolicy: label },
        { id: '1', type: 't', labelReferenceInStreamingPolicy: 'same' },
      ],
    })
    const [a, b] = [locator('x'), locator('y')]
    expect(compareLocator(a as never, { ...b, contentKeys: b.contentKeys.toReversed() } as never)).toEqual([
      'contentKeys[2].labelReferenceInStreamingPolicy',
    ])
    const options = (audience: string) => [
      { name: 'two', restriction: { audience } },
      { name: 'one', restriction: { audience: 'same' } },
    ]
    expect(
      comparePolicyBody(new Secret({ options: options('x') }), new Secret({ options: options('y').toReversed() })),
    ).toEqual(['options[two].restriction.audience'])
    const mappings = (policyName: string) => ({
      properties: {
        commonEncryptionCenc: {
          contentKeys: {
            keyToTrackMappings: [
              { label: 'two', policyName },
              { label: 'one', policyName: 'same' },
            ],
          },
        },
      },
    })
    const { keyToTrackMappings } = mappings('y').properties.commonEncryptionCenc.contentKeys
    const turned = {
      properties: { commonEncryptionCenc: { contentKeys: { keyToTrackMappings: keyToTrackMappings.toReversed() } } },
    }
    expect(compareStreamingPolicy(mappings('x'), turned)).toEqual([
      'commonEncryptionCenc.contentKeys.keyToTrackMappings[two].policyName',
    ])
  })

  test.each<[Json, Json]>([
    [null, 'text'],
    ['text', ['list']],
    [7, null],
  ])('in an item that is no object: %s and %s', (a, b) => {
    expect(compareOptions(a, a)).toEqual([])
    expect(compareOptions(a, b)).toEqual(['options[]'])
  })

  test('in the value of a key, by its id', () => {
    expect(compareKeys(key('AAAA'), key('BBBB'))).toEqual(['contentKeys[k].value'])
    expect(compareKeys(key('AAAA'), [])).toEqual(['contentKeys[k]'])
  })
})
