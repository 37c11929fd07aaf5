import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  compareAsset,
  compareFilter,
  compareKeys,
  compareLocator,
  comparePolicyBody,
  compareStreamingPolicy,
} from '../../../src/lib/media/compare.ts'
import type { ContentKey, FilterProperties, Json, Locator } from '../../../src/lib/media/resources.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { certificate } from './certificate.ts'

type Body = { readonly [name: string]: Json }

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/)
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)
const base64 = fc.uint8Array({ minLength: 16, maxLength: 32 }).map(bytes => Buffer.from(bytes).toString('base64'))
const instant = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map(date => date.toISOString())

const filter: fc.Arbitrary<FilterProperties> = fc.record(
  {
    presentationTimeRange: fc.record(
      { startTimestamp: int64, endTimestamp: int64, timescale: int64, forceEndTimestamp: fc.boolean() },
      { requiredKeys: [] },
    ),
    firstQuality: fc.record({ bitrate: fc.nat() }),
    tracks: fc.array(
      fc.record({
        trackSelections: fc.array(fc.record({ property: word, operation: word, value: word }), { maxLength: 3 }),
      }),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: ['tracks'] },
)

const locator: fc.Arbitrary<Locator> = fc.record(
  {
    name: word,
    assetName: word,
    streamingLocatorId: fc.uuid(),
    streamingPolicyName: word,
    created: instant,
    endTime: instant,
    startTime: instant,
    defaultContentKeyPolicyName: word,
    alternativeMediaId: word,
    filters: fc.uniqueArray(word, { maxLength: 3 }),
    contentKeys: fc.uniqueArray(fc.record({ id: fc.uuid(), label: word }), { maxLength: 3, selector: key => key.id }),
  },
  {
    requiredKeys: [
      'name',
      'assetName',
      'streamingLocatorId',
      'streamingPolicyName',
      'created',
      'endTime',
      'filters',
      'contentKeys',
    ],
  },
)

const keys: fc.Arbitrary<readonly ContentKey[]> = fc.uniqueArray(
  fc.record({ id: fc.uuid(), type: word, label: word, value: base64.map(value => new Secret(value)) }),
  { minLength: 1, maxLength: 4, selector: key => key.id },
)

const tokenKey: fc.Arbitrary<Json> = fc.oneof(
  fc.record({ '@odata.type': fc.constant('#Microsoft.Media.ContentKeyPolicySymmetricTokenKey'), keyValue: base64 }),
  fc.record({
    '@odata.type': fc.constant('#Microsoft.Media.ContentKeyPolicyRsaTokenKey'),
    exponent: base64,
    modulus: base64,
  }),
)
const option = fc.record({
  name: word,
  configuration: fc.oneof<fc.Arbitrary<Json>[]>(
    fc.record({ '@odata.type': fc.constant('#Microsoft.Media.ContentKeyPolicyClearKeyConfiguration') }),
    fc.record({
      '@odata.type': fc.constant('#Microsoft.Media.ContentKeyPolicyWidevineConfiguration'),
      widevineTemplate: word,
    }),
    fc.record({ rentalDuration: fc.nat(), ask: base64, fairPlayPfx: base64, fairPlayPfxPassword: word }),
    fc.record({
      licenses: fc.array(fc.record({ beginDate: instant, licenseType: word }), { minLength: 1, maxLength: 2 }),
    }),
  ),
  restriction: fc.record({
    issuer: word,
    primaryVerificationKey: tokenKey,
    alternateVerificationKeys: fc.array(tokenKey, { maxLength: 2 }),
    requiredClaims: fc.array(fc.record({ claimType: word, claimValue: word }), { maxLength: 2 }),
  }),
})
const policy: fc.Arbitrary<Body> = fc.record({
  description: word,
  options: fc.uniqueArray(option, { minLength: 1, maxLength: 3, selector: ({ name }) => name }),
})

const streamingPolicy: fc.Arbitrary<{ readonly properties: Body }> = fc.record({
  properties: fc.record({
    defaultContentKeyPolicyName: word,
    envelopeEncryption: fc.record({
      enabledProtocols: fc.record({ download: fc.boolean(), dash: fc.boolean() }),
      contentKeys: fc.record({
        defaultKey: fc.record({ label: word, policyName: word }),
        keyToTrackMappings: fc.uniqueArray(fc.record({ label: word, policyName: word }), {
          maxLength: 3,
          selector: ({ label }) => label,
        }),
      }),
      drm: fc.constantFrom<Json[]>({}, { widevine: {} }, { playReady: {}, widevine: {} }),
    }),
  }),
})

const asPolicy = (compare: (a: Secret<Body>, b: Secret<Body>) => readonly string[]) => (a: Body, b: Body) =>
  compare(new Secret(a), new Secret(b))
const comparePolicy = asPolicy(comparePolicyBody)
const compareFilterProperties = (a: FilterProperties, b: FilterProperties) =>
  compareFilter({ properties: a }, { properties: b })

/** Every place of a JSON value that holds text, a number or a truth value, with a function that changes it there. */
const leaves = (json: Json, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] =>
  typeof json === 'object' && json !== null
    ? Object.entries(json).flatMap(([name, value]) => leaves(value, [...path, name]))
    : [path]

const changedAt = (json: Json, [name, ...rest]: readonly (string | number)[]): Json => {
  if (name === undefined) {
    if (typeof json === 'boolean') return !json
    if (typeof json === 'number') return json + 1
    const text = String(json)
    if (/^\d{4}-\d{2}-\d{2}T/.test(text)) return new Date(Date.parse(text) + 5).toISOString()
    if (/^-?\d+$/.test(text)) return String(BigInt(text) + 1n)
    return `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}x`
  }
  if (Array.isArray(json))
    return json.map((item, index) => (String(index) === String(name) ? changedAt(item, rest) : item))
  const object = json as Body
  return { ...object, [name]: changedAt(object[name] ?? null, rest) }
}

/** The same thing as a service might give it: members in another order, defaults filled in, absent ones null or empty. */
const disguised = (json: Json): Json => {
  if (Array.isArray(json)) return json.map(disguised)
  if (typeof json !== 'object' || json === null) return json
  const entries = Object.entries(json).filter(([, value]) => !(Array.isArray(value) && value.length === 0))
  const members = entries.toReversed().map(([name, value]) => [name, disguised(value)])
  return { ...Object.fromEntries(members), somethingAbsent: null, somethingEmpty: '', someList: [] }
}

const shuffledWithin = (json: Json, field: string): Json => {
  if (Array.isArray(json)) return json.map(item => shuffledWithin(item, field))
  if (typeof json !== 'object' || json === null) return json
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [
      name,
      name === field && Array.isArray(value) ? value.toReversed() : shuffledWithin(value, field),
    ]),
  )
}

const shifted = (text: string, milliseconds: number) => new Date(Date.parse(text) + milliseconds).toISOString()

// An expectation has a value of its own, which fast-check would take for the verdict.
const always = <T extends [unknown, ...unknown[]]>(
  ...all: [...{ [K in keyof T]: fc.Arbitrary<T[K]> }, (...values: T) => unknown]
) => {
  const check = all.at(-1) as (...values: T) => unknown
  const values = all.slice(0, -1) as { [K in keyof T]: fc.Arbitrary<T[K]> }
  return fc.property(...values, (...given: T) => {
    check(...given)
  })
}

describe('P7: equal things are equal', () => {
  test('to themselves, and the order of a comparison does not matter', () => {
    const check = <T>(values: fc.Arbitrary<T>, compare: (a: T, b: T) => readonly string[]) =>
      fc.assert(
        always(values, values, (a, b) => {
          expect(compare(a, structuredCloneWithSecrets(a))).toEqual([])
          expect(compare(a, b)).toEqual(compare(b, a))
        }),
      )
    check(filter, compareFilterProperties)
    check(locator, compareLocator)
    check(keys, compareKeys)
    check(policy, comparePolicy)
    check(streamingPolicy, compareStreamingPolicy)
  })

  test('with defaults filled in, absent members null or empty, members in another order', () => {
    const check = <T>(values: fc.Arbitrary<T>, compare: (a: T, b: T) => readonly string[]) =>
      fc.assert(always(values, a => expect(compare(a, disguised(a as Json) as T)).toEqual([])))
    check(filter, compareFilterProperties)
    check(locator, compareLocator)
    check(policy, comparePolicy)
    check(streamingPolicy, compareStreamingPolicy)
  })

  test('with options, keys, filters and track mappings in another order', () => {
    fc.assert(always(policy, a => expect(comparePolicy(a, shuffledWithin(a, 'options') as Body)).toEqual([])))
    fc.assert(always(keys, a => expect(compareKeys(a, a.toReversed())).toEqual([])))
    fc.assert(
      always(locator, a => {
        const b = { ...a, filters: a.filters.toReversed(), contentKeys: a.contentKeys.toReversed() }
        expect(compareLocator(a, b)).toEqual([])
      }),
    )
    fc.assert(
      always(streamingPolicy, a => {
        const b = { properties: shuffledWithin(a.properties, 'keyToTrackMappings') as Body }
        expect(compareStreamingPolicy(a, b)).toEqual([])
      }),
    )
  })

  test('with names and GUIDs in another case', () => {
    fc.assert(
      always(locator, a => {
        const b: Locator = {
          ...a,
          name: a.name.toUpperCase(),
          assetName: a.assetName.toUpperCase(),
          streamingLocatorId: a.streamingLocatorId.toUpperCase(),
          streamingPolicyName: a.streamingPolicyName.toUpperCase(),
          filters: a.filters.map(name => name.toUpperCase()),
          contentKeys: a.contentKeys.map(key => ({ ...key, id: key.id.toUpperCase() })),
        }
        expect(compareLocator(a, b)).toEqual([])
      }),
    )
    fc.assert(
      always(keys, a =>
        expect(
          compareKeys(
            a,
            a.map(key => ({ ...key, id: key.id.toUpperCase() })),
          ),
        ).toEqual([]),
      ),
    )
  })

  test('with times up to 4 ms apart, and not 5', () => {
    fc.assert(
      always(locator, fc.integer({ min: -4, max: 4 }), (a, gap) => {
        expect(compareLocator(a, { ...a, endTime: shifted(a.endTime, gap) })).toEqual([])
        expect(compareLocator(a, { ...a, endTime: shifted(a.endTime, gap < 0 ? gap - 4 : gap + 5) })).toEqual([
          'endTime',
        ])
      }),
    )
  })

  test.each([
    ['9999-12-31T23:59:59.9999999Z', '9999-12-31T23:59:59.997Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.997Z'],
    ['2021-01-21T00:31:46.6019481Z', '2021-01-21T00:31:46.603Z'],
    ['2018-03-29T10:00:00.000Z', '2018-03-29T10:00:00Z'],
    ['2018-03-29T10:00:00Z', '2018-03-29T12:00:00.0000000+02:00'],
  ])('%s and %s are the same time', (a, b) => {
    const at = (endTime: string) => ({ options: [{ configuration: { licenses: [{ beginDate: endTime }] } }] })
    expect(comparePolicy(at(a), at(b))).toEqual([])
  })

  test('what every account makes for itself does not count', () => {
    fc.assert(
      always(policy, word, (a, id) => {
        const options = (a.options as readonly Body[]).map(one => ({ ...one, policyOptionId: id }))
        expect(comparePolicy(a, { ...a, options, policyId: id, created: id, lastModified: id })).toEqual([])
      }),
    )
    fc.assert(always(locator, instant, (a, created) => expect(compareLocator(a, { ...a, created })).toEqual([])))
    fc.assert(
      always(streamingPolicy, instant, (a, created) =>
        expect(compareStreamingPolicy(a, { properties: { ...a.properties, created } })).toEqual([]),
      ),
    )
  })

  test('a certificate in PEM is the same as in DER, and another one is not', () => {
    const at = (rawBody: string) => ({ options: [{ restriction: { primaryVerificationKey: { rawBody } } }] })
    const pem = `-----BEGIN CERTIFICATE-----\n${certificate.match(/.{1,64}/g)?.join('\n')}\n-----END CERTIFICATE-----\n`
    const inPem = Buffer.from(pem).toString('base64')
    expect(comparePolicy(at(certificate), at(inPem))).toEqual([])
    expect(comparePolicy(at(inPem), at(inPem.replace(/\s/g, '')))).toEqual([])
    expect(comparePolicy(at(certificate), at(`${certificate.slice(0, -8)}AAAAAAA=`))).toEqual([
      'options[].restriction.primaryVerificationKey.rawBody',
    ])
  })

  test('64-bit numbers as number or as text, and to the last digit', () => {
    const at = (rentalDuration: Json) => ({ options: [{ configuration: { rentalDuration } }] })
    expect(comparePolicy(at(3600), at('3600'))).toEqual([])
    const [max, less] = ['9223372036854775807', '9223372036854775806']
    const range = (endTimestamp: string) => ({ properties: { presentationTimeRange: { endTimestamp }, tracks: [] } })
    expect(compareFilter(range(max), range(max))).toEqual([])
    expect(compareFilter(range(max), range(less))).toEqual(['presentationTimeRange.endTimestamp'])
  })
})

describe('P1: every other change is found', () => {
  const check = <T>(
    values: fc.Arbitrary<T>,
    compare: (a: T, b: T) => readonly string[],
    ignored: readonly string[] = [],
  ) =>
    fc.assert(
      always(values, fc.nat(), (a, pick) => {
        const places = leaves(a as Json).filter(path => path.length > 0 && !ignored.includes(String(path[0])))
        const place = places[pick % places.length]
        if (place) expect(compare(a, changedAt(a as Json, place) as T), place.join('.')).not.toEqual([])
      }),
    )

  test('in a filter', () => check(filter, compareFilterProperties))
  test('in a locator', () => check(locator, compareLocator, ['created']))
  test('in a content key policy', () => check(policy, comparePolicy))
  test('in a streaming policy', () => check(streamingPolicy, compareStreamingPolicy))

  test('a missing option, key, track or filter', () => {
    fc.assert(always(policy, a => expect(comparePolicy(a, { ...a, options: [] })).not.toEqual([])))
    fc.assert(always(keys, a => expect(compareKeys(a, a.slice(1))).toEqual([`contentKeys[${a[0]?.id}]`])))
    fc.assert(
      always(filter, a =>
        expect(compareFilterProperties(a, { ...a, tracks: [...a.tracks, { trackSelections: [] }] })).not.toEqual([]),
      ),
    )
  })

  test('an empty DRM member is not the same as none', () => {
    const at = (drm: Json) => ({ properties: { commonEncryptionCenc: { drm } } })
    expect(compareStreamingPolicy(at({ widevine: {} }), at({}))).toEqual(['commonEncryptionCenc.drm.widevine'])
  })

  test('the description and alternate id of an asset', () => {
    expect(compareAsset({ description: 'a' }, { description: 'b', alternateId: 'x' })).toEqual([
      'alternateId',
      'description',
    ])
    expect(compareAsset({ description: '' }, {})).toEqual([])
  })

  test('the policy of a key, where both services tell it', () => {
    const key = (policyName?: string): readonly ContentKey[] => [
      { id: 'k', type: 't', value: new Secret('AAAA'), ...(policyName ? { policyName } : {}) },
    ]
    expect(compareKeys(key('One'), key('two'))).toEqual(['contentKeys[k].policyName'])
    expect(compareKeys(key('One'), key('one'))).toEqual([])
    expect(compareKeys(key('One'), key())).toEqual([])
  })
})

describe('P6: a comparison says where, never what', () => {
  test('no value of a key is in the result', () => {
    fc.assert(
      always(keys, keys, (a, b) => {
        const found = JSON.stringify(compareKeys(a, b))
        for (const key of [...a, ...b]) expect(found).not.toContain(key.value.reveal())
      }),
    )
  })

  test('a changed key value is named by id', () => {
    fc.assert(
      always(keys, base64, (a, other) => {
        const b = a.map((key, index) => (index === 0 ? { ...key, value: new Secret(other) } : key))
        fc.pre(a[0]?.value.reveal() !== other)
        expect(compareKeys(a, b)).toEqual([`contentKeys[${a[0]?.id}].value`])
      }),
    )
  })

  test('no secret of a policy is in the result', () => {
    fc.assert(
      always(policy, policy, (a, b) => {
        const found = JSON.stringify(comparePolicy(a, b))
        const secrets = JSON.stringify([a, b]).match(/[A-Za-z0-9+/]{20,}={0,2}/g) ?? []
        for (const secret of secrets.filter(text => !text.includes('Microsoft'))) {
          if (!/^[A-Za-z]+$/.test(secret)) expect(found).not.toContain(secret)
        }
      }),
    )
  })
})

function structuredCloneWithSecrets<T>(value: T): T {
  if (value instanceof Secret) return new Secret(value.reveal()) as T
  if (Array.isArray(value)) return value.map(structuredCloneWithSecrets) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, structuredCloneWithSecrets(item)])) as T
}
