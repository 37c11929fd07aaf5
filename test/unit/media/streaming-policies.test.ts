import { describe, expect, test } from 'vitest'
import { isPredefined, policyNames } from '../../../src/lib/media/streaming-policies.ts'

describe('predefined policies', () => {
  test.each(['Predefined_DownloadOnly', 'predefined_clearkey', 'Predefined_OfTheFuture'])('%s is one', name => {
    expect(isPredefined(name)).toBe(true)
  })

  test('a custom one is not', () => {
    expect(isPredefined('MyPredefined_Policy')).toBe(false)
  })
})

describe('custom policies', () => {
  const noEncryption = { enabledProtocols: { dash: true } }

  test('P1: every key policy that one names, each once', () => {
    const contentKeys = {
      defaultKey: { label: 'l', policyName: 'second' },
      keyToTrackMappings: [{ label: 'a', policyName: 'third' }, { label: 'b', policyName: 'FIRST' }, { label: 'c' }],
    }
    const properties = {
      defaultContentKeyPolicyName: 'First',
      commonEncryptionCenc: { contentKeys },
      commonEncryptionCbcs: { contentKeys: { defaultKey: { policyName: 'fourth' }, keyToTrackMappings: null } },
      envelopeEncryption: { contentKeys: { defaultKey: null } },
      noEncryption,
    }
    expect(policyNames({ properties })).toEqual(['First', 'second', 'third', 'fourth'])
  })

  test('none where none is named', () => {
    expect(policyNames({ properties: { defaultContentKeyPolicyName: '', noEncryption } })).toEqual([])
  })
})
