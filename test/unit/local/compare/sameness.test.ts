import { describe, expect, it } from 'vitest'
import { differing } from '../../../../local/compare/sameness.ts'
import type { JsonObject } from '../../../../local/stack/arm.ts'
import { certificate } from '../../media/certificate.ts'

const pem = Buffer.from(`-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`).toString('base64')

describe('differing', () => {
  it.each<[JsonObject, JsonObject]>([
    [{ endTime: '2026-01-01T10:00:00.6019481Z' }, { endTime: '2026-01-01T10:00:00.603Z' }],
    [{ endTime: '9999-12-31T23:59:59.9999999Z' }, { endTime: '9999-12-31T23:59:59.997Z' }],
    [
      { filters: [], description: null, created: 'then', b: 1, a: 2 },
      { a: 2, b: 1, created: 'now', description: '' },
    ],
    [{ filters: ['a', 'B'] }, { filters: ['b', 'a'] }],
    [{ options: [{ name: 'x', policyOptionId: '1' }, { name: 'y' }] }, { options: [{ name: 'y' }, { name: 'x' }] }],
    [{ rawBody: certificate }, { rawBody: pem }],
    [{ rentalDuration: 9 }, { rentalDuration: '9' }],
    [{ streamingLocatorId: 'AB' }, { streamingLocatorId: 'ab' }],
  ])('takes what the service itself changes as the same: %j and %j', (a, b) => {
    expect(differing(a, b)).toEqual([])
    expect(differing(b, a)).toEqual([])
  })

  it.each<[JsonObject, JsonObject, string]>([
    [{ endTime: '2026-01-01T10:00:00.000Z' }, { endTime: '2026-01-01T10:00:00.005Z' }, 'endTime'],
    [{ tracks: ['a', 'b'] }, { tracks: ['b', 'a'] }, 'tracks[0]'],
    [{ options: [{ name: 'x', ask: 's' }] }, { options: [{ name: 'x', ask: 't' }] }, 'options[x].ask'],
    [{ options: [{ name: 'x' }] }, { options: [{ name: 'x' }, { name: 'z' }] }, 'options[z]'],
    [{ contentKeys: [{ id: 'K', value: 'a' }] }, { contentKeys: [{ id: 'k', value: 'A' }] }, 'contentKeys[k].value'],
    [{ rawBody: certificate }, { rawBody: `${certificate.slice(0, -8)}AAAAAAA=` }, 'rawBody'],
    [{ drm: { widevine: {} } }, { drm: {} }, 'drm.widevine'],
    [{ a: 1 }, {}, 'a'],
    [{ a: false }, {}, 'a'],
    [{ a: 0 }, {}, 'a'],
    [{ startTimestamp: '9223372036854775807' }, { startTimestamp: '9223372036854775806' }, 'startTimestamp'],
    [{ description: 'Film' }, { description: 'film' }, 'description'],
  ])('tells %j and %j apart, and where', (a, b, path) => {
    expect(differing(a, b)).toContain(path)
    expect(differing(b, a)).toContain(path)
  })

  it('tells something from nothing', () => {
    expect(differing({ a: 1 }, undefined)).toEqual(['all of it'])
  })
})
