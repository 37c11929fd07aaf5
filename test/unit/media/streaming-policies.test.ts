import { describe, expect, test } from 'vitest'
import {
  encrypts,
  isPredefined,
  policyNames,
  predefinedNeedsKeyPolicy,
} from '../../../src/lib/media/streaming-policies.ts'

describe('predefined policies', () => {
  test.each([
    ['Predefined_DownloadOnly', false],
    ['Predefined_ClearStreamingOnly', false],
    ['predefined_downloadandclearstreaming', false],
    ['Predefined_ClearKey', true],
    ['Predefined_MultiDrmCencStreaming', true],
    ['Predefined_MultiDrmStreaming', true],
    ['Predefined_OfTheFuture', true],
  ])('%s needs a key policy: %s', (name, needed) => {
    expect(isPredefined(name)).toBe(true)
    expect(predefinedNeedsKeyPolicy(name)).toBe(needed)
    expect(encrypts(name)).toBe(needed)
  })

  test('a custom one is not predefined', () => {
    expect(isPredefined('MyPredefined_Policy')).toBe(false)
    expect(predefinedNeedsKeyPolicy('custom')).toBe(false)
  })
})

describe('custom policies', () => {
  const noEncryption = { enabledProtocols: { dash: true } }

  test.each([
    [{ noEncryption }, false],
    [{ noEncryption, envelopeEncryption: null }, false],
    [{ noEncryption, envelopeEncryption: { contentKeys: {} } }, true],
    [{ commonEncryptionCbcs: {} }, true],
    [{ commonEncryptionFuture: {} }, true],
    [{ defaultContentKeyPolicyName: 'ckp', noEncryption }, false],
  ])('%o encrypts: %s', (properties, expected) => {
    expect(encrypts({ name: 'custom', properties })).toBe(expected)
  })

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
