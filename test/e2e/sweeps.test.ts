/** Nothing tells the app of anything here: what reaches B was found by sweeps. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareAccounts } from '../../local/compare/compare.ts'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import { activities, encode, eventually, inSync, storageWritesTo, writesTo } from './support.ts'
import { sweep } from './sweep-support.ts'

let stack: Stack
beforeAll(async () => {
  // Timers are fired by hand; the one that starts what is due goes on by itself.
  stack = await startStack()
  stack.simulator.outage('east', 'events')
})
afterAll(() => stack.close())

const clear = (asset: string) => ({ assetName: asset, streamingPolicyName: 'Predefined_ClearStreamingOnly' })
const different = async () => (await compareAccounts(stack.accounts.east.arm, stack.accounts.west.arm)).differences

describe('with no event at all', () => {
  it('P3: a title and its locator are found by the five-minute look', async () => {
    await encode(stack, 'film')
    await stack.accounts.east.arm.put('streamingLocators/film-clear', clear('film'))
    await sweep(stack, 'changes')
    await inSync(stack, 'film')
    await eventually('the locator is in B', () => stack.accounts.west.arm.get('streamingLocators/film-clear'))
    expect(await different()).toEqual([])
  })
  it('P3: an edited content key policy and a changed account filter reach B by the five-minute look', async () => {
    const { arm } = stack.accounts.east
    const policy = (issuer: string) => ({
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
    await arm.put('contentKeyPolicies/tokens', policy('https://one.example/'))
    await arm.put('accountFilters/low', { firstQuality: { bitrate: 100_000 } })
    await sweep(stack, 'changes')
    await inSync(stack, 'tokens', 'contentKeyPolicy')
    await inSync(stack, 'low', 'accountFilter')
    await arm.put('contentKeyPolicies/tokens', policy('https://two.example/'))
    await arm.put('accountFilters/low', { firstQuality: { bitrate: 200_000 } })
    await sweep(stack, 'changes')
    await eventually('B equals A', async () => (await different()).length === 0)
  })

  it('P10: a locator that was withdrawn in A is found by the hourly list and withdrawn in B', async () => {
    await sweep(stack, 'locators')
    await stack.accounts.east.arm.delete('streamingLocators/film-clear')
    await sweep(stack, 'locators')
    await eventually('it is gone in B', async () => {
      return (await stack.accounts.west.arm.get('streamingLocators/film-clear')) === undefined
    })
    await inSync(stack, 'film')
  })

  it('P3: a changed asset filter is found by the full comparison within seven rounds', async () => {
    const { arm } = stack.accounts.east
    await arm.put('assets/film/assetFilters/first', { firstQuality: { bitrate: 100_000 } })
    for (let round = 0; round < 7; round += 1) await sweep(stack, 'full')
    await eventually('B equals A', async () => (await different()).length === 0)
  })

  it('P7: a quiet full comparison writes nothing to B and starts no run', async () => {
    const before = await activities(stack)
    stack.simulator.resetCounters()
    for (const kind of ['full', 'locators', 'changes'] as const) await sweep(stack, kind)
    expect(await activities(stack)).toEqual(before)
    expect([writesTo(stack, 'west'), storageWritesTo(stack, 'west'), writesTo(stack, 'east')]).toEqual([[], 0, []])
  })
})
