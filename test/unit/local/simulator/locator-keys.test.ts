import { describe, expect, it } from 'vitest'
import { keysFor, type SuppliedKey } from '../../../../local/simulator/resources/locator-keys.ts'
import { predefinedPolicies } from '../../../../local/simulator/resources/predefined-policies.ts'

const source = {
  uuid: () => '00000000-0000-0000-0000-000000000000',
  randomBytes: (length: number) => new Uint8Array(length).fill(7),
}
const policy = (name: string) => predefinedPolicies().find(found => found.name === name)?.properties ?? {}
const none = { ofLocator: undefined, ofPolicy: undefined }
const withPolicy = { ofLocator: 'keys', ofPolicy: 'others' }
const id = 'AAAAAAAA-0000-0000-0000-000000000001'

const mapped = {
  commonEncryptionCenc: {
    contentKeys: {
      defaultKey: { label: 'sd' },
      keyToTrackMappings: [{ label: 'hd', policyName: 'strict', tracks: [{ trackSelections: [] }] }],
    },
    drm: { widevine: {} },
  },
}

describe('content keys of a locator', () => {
  it('are none for a policy that does not encrypt', () => {
    expect(keysFor(policy('Predefined_ClearStreamingOnly'), none, [], source)).toEqual([])
  })

  it('are generated for each label: 16 bytes, delivered by the policy of the locator', () => {
    const keys = keysFor(policy('Predefined_MultiDrmStreaming'), withPolicy, [], source)
    expect(keys.map(({ type, labelReferenceInStreamingPolicy: label }) => [type, label])).toEqual([
      ['CommonEncryptionCenc', 'cencKeyDefault'],
      ['CommonEncryptionCbcs', 'cbcsKeyDefault'],
    ])
    for (const key of keys) {
      expect(Buffer.from(key.value, 'base64')).toHaveLength(16)
      expect(key.policyName).toBe('keys')
    }
  })

  it('P1: are those supplied, matched by label in any order, ids in lower case', () => {
    const supplied: SuppliedKey[] = [
      { id: 'bbbbbbbb-0000-0000-0000-000000000002', label: 'cbcsKeyDefault', value: 'Y2Jjcw==' },
      { id, label: 'cencKeyDefault', value: 'Y2VuYw==' },
    ]
    const keys = keysFor(policy('Predefined_MultiDrmStreaming'), withPolicy, supplied, source)
    expect(keys.map(key => [key.id, key.value])).toEqual([
      [id.toLowerCase(), 'Y2VuYw=='],
      ['bbbbbbbb-0000-0000-0000-000000000002', 'Y2Jjcw=='],
    ])
  })

  it('are delivered by the policy of the track, else of the locator, else of the streaming policy', () => {
    const names = (policies: Parameters<typeof keysFor>[1]) =>
      keysFor(mapped, policies, [], source).map(({ policyName }) => policyName)
    expect(names(withPolicy)).toEqual(['keys', 'strict'])
    expect(names({ ofLocator: undefined, ofPolicy: 'others' })).toEqual(['others', 'strict'])
  })

  it.each<[string, readonly SuppliedKey[]]>([
    ['one of two', [{ id, label: 'sd', value: 'AAAA' }]],
    [
      'an unknown label',
      [
        { id, label: 'sd' },
        { id, label: 'hd' },
        { id, label: 'uhd' },
      ],
    ],
    ['no labels', [{ id }, { id }]],
  ])('are refused when %s is supplied', (_, supplied) => {
    expect(() => keysFor(mapped, withPolicy, supplied, source)).toThrow(expect.objectContaining({ status: 400 }))
  })

  it('need a policy unless a license address of one’s own is given for each way', () => {
    expect(() => keysFor(policy('Predefined_ClearKey'), none, [], source)).toThrow('no content key policy')
    const own = {
      envelopeEncryption: { contentKeys: { defaultKey: {} }, customKeyAcquisitionUrlTemplate: 'https://own' },
    }
    expect(keysFor(own, none, [], source)).toHaveLength(1)
  })
})
