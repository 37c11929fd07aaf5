/**
 * The events that Resource Manager sends for every write and delete (events section 3): an edit or a withdrawal in A
 * reaches B at once, without the publisher's own events and without a sweep, and our own writes start nothing.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareAccounts } from '../../local/compare/compare.ts'
import type { JsonObject } from '../../local/stack/arm.ts'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import { eventually, inSync, putBlob, writesTo } from './support.ts'

let stack: Stack
beforeAll(async () => {
  const sweeps = ['discover', 'sweepLocators', 'sweepFull']
  stack = await startStack({
    bothWays: true,
    // What is found here, no sweep has found.
    settings: Object.fromEntries(sweeps.map(name => [`AzureWebJobs.${name}.Disabled`, 'true'])),
  })
  const url = `${stack.urls.simulator}/_sim/switches`
  const switched = await fetch(url, { method: 'PATCH', body: JSON.stringify({ armEvents: true }) })
  expect(switched.status).toBe(200)
})
afterAll(() => stack.close())

const a = () => stack.accounts.east.arm
const b = () => stack.accounts.west.arm

const policy = (issuer: string): JsonObject => ({
  options: [
    {
      configuration: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyClearKeyConfiguration' },
      restriction: {
        '@odata.type': '#Microsoft.Media.ContentKeyPolicyTokenRestriction',
        issuer,
        audience: 'players',
        restrictionTokenType: 'Jwt',
        primaryVerificationKey: {
          '@odata.type': '#Microsoft.Media.ContentKeyPolicySymmetricTokenKey',
          keyValue: Buffer.alloc(32, 7).toString('base64'),
        },
      },
    },
  ],
})

const equal = (what: string) =>
  eventually(`B equals A: ${what}`, async () => (await compareAccounts(a(), b())).differences.length === 0)

describe('with events of Resource Manager alone', () => {
  it('P3: a title, its filter, its policies and its locator reach B', async () => {
    await a().put('assets/film', { container: 'film', description: 'A film' })
    await putBlob(stack, 'east', 'film', 'film.mp4', 'pictures')
    await a().put('assets/film/assetFilters/low', { firstQuality: { bitrate: 100_000 } })
    await a().put('contentKeyPolicies/tokens', policy('https://one.example/'))
    await a().put('streamingLocators/film-aes', {
      assetName: 'film',
      streamingPolicyName: 'Predefined_ClearKey',
      defaultContentKeyPolicyName: 'tokens',
    })
    await inSync(stack, 'film')
    await eventually('the locator is in B', () => b().get('streamingLocators/film-aes'))
    await equal('published')
  })

  it('P3: an edited content key policy reaches B', async () => {
    await a().put('contentKeyPolicies/tokens', policy('https://two.example/'))
    await equal('content key policy edited')
  })

  it('P3: an account filter that was made and changed reaches B', async () => {
    await a().put('accountFilters/eco', { firstQuality: { bitrate: 100_000 } })
    await inSync(stack, 'eco', 'accountFilter')
    await a().put('accountFilters/eco', { firstQuality: { bitrate: 200_000 } })
    await equal('account filter changed')
  })

  it("P3: an asset's new texts and another filter of it reach B", async () => {
    await a().patch('assets/film', { description: 'The same film', alternateId: 'f-1' })
    await a().put('assets/film/assetFilters/high', { firstQuality: { bitrate: 900_000 } })
    await equal('asset described anew')
  })

  it('P10: a locator that was deleted in A is withdrawn in B', async () => {
    await a().delete('streamingLocators/film-aes')
    await eventually('withdrawn in B', async () => (await b().get('streamingLocators/film-aes')) === undefined)
    await equal('withdrawn')
  })

  it('P7: what the app wrote to B never became a unit of the way back, and A was not written', async () => {
    const units = async (route: string) =>
      ((await (await stack.api.fetch(`/api/units?route=${encodeURIComponent(route)}`)).json()) as { units: unknown[] })
        .units
    expect(await units('west>east')).toEqual([])
    expect(writesTo(stack, 'east')).toEqual([])
  })
})
