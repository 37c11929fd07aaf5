import { afterEach, beforeEach, expect, it } from 'vitest'
import { compareAccounts } from '../../local/compare/compare.ts'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import { called, encode, eventually, files, hits, inSync, publish, watchForEarlyLocators, writesTo } from './support.ts'

let stack: Stack
beforeEach(async () => {
  stack = await startStack()
})
afterEach(() => stack.close())

/** Slows one kind of request down, and kills the host while some of them are under way. */
const killDuring = async (plane: 'control' | 'storage', operation: string, atLeast: number) => {
  const { id } = stack.simulator.fault({ account: 'west', plane, operation, kind: 'latency', milliseconds: 400 })
  await eventually(`${operation} under way`, async () => (await hits(stack, operation)) >= atLeast)
  await stack.host.kill('SIGKILL')
  await fetch(`${stack.urls.simulator}/_sim/faults/${id}`, { method: 'DELETE' })
  await stack.host.start()
}

it.each([
  ['copy', 'storage', 'CopyBlobFromUrl', 3],
  ['publish', 'control', 'StreamingLocators_Create', 1],
  ['prepare', 'control', 'Assets_CreateOrUpdate', 1],
] as const)(
  'P3: a host killed in the middle of %s and started again finishes, early nothing, twice nothing',
  async (_step, plane, operation, atLeast) => {
    await stack.accounts.east.arm.put('assets/film', { description: 'not known to the app yet' })
    const encoded = encode(stack, 'film')
    const publishing = encoded.then(() => publish(stack, 'film', 'film-clear'))
    const early = watchForEarlyLocators(stack, 'film', 'film-clear')
    await killDuring(plane, operation, atLeast)
    await publishing
    await inSync(stack, 'film')
    await eventually('the locator is in B', () => stack.accounts.west.arm.get('streamingLocators/film-clear'))
    await inSync(stack, 'film')

    expect(await early()).toEqual([])
    const comparison = await compareAccounts(stack.accounts.east.arm, stack.accounts.west.arm)
    expect(comparison.differences).toEqual([])
    expect((await stack.accounts.west.arm.list('assets')).map(asset => asset.name)).toEqual(['film'])
    expect((await stack.accounts.west.arm.list('streamingLocators')).map(locator => locator.name)).toEqual([
      'film-clear',
    ])
    const blobs = (await files(stack, 'west', 'film')) ?? []
    // A request that was under way when the host died may have been carried out without anybody hearing of it.
    expect(called(stack, 'storage', 'west', 'CopyBlobFromUrl')).toBeLessThanOrEqual(blobs.length * 2)
    expect(writesTo(stack, 'east')).toEqual([])
  },
)
