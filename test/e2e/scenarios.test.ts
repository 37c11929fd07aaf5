/**
 * The table of scenarios: what publishers, other owners and accidents do, black box through the accounts' own API,
 * storage and the HTTP API of the app. After each, the comparer that shares no code with the app reads both sides and
 * finds P1 true, or exactly the difference that the scenario names.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import { filters } from './scenarios/filters.ts'
import { locators, traps } from './scenarios/locators.ts'
import { policies } from './scenarios/policies.ts'
import { rewriteUrls, Scene } from './scenarios/scene.ts'
import { streamingPolicies } from './scenarios/streaming-policies.ts'
import { writesTo } from './support.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack({
    topology: ({ accounts, routes }) => ({ accounts, routes: routes.map(route => ({ ...route, rewriteUrls })) }),
  })
})
afterAll(() => stack.close())

let number = 0

describe.each([
  ['content key policies (contract 6.5)', policies],
  ['streaming policies (contract 6.6, 6.7)', streamingPolicies],
  ['locators (contract 6.8)', locators],
  ['filters (contract 6.3)', filters],
  ['traps of other tools', traps],
])('P1: %s', (_, scenarios) => {
  it.each(scenarios)('$name', async ({ play, differs = [] }) => {
    number += 1
    const scene = new Scene(stack, `s${number}-`)
    await play(scene)
    const found = await scene.compare()
    const unexpected = found.filter(difference => !differs.some(pattern => pattern.test(difference)))
    expect(unexpected).toEqual([])
    for (const pattern of differs) expect(found.filter(difference => pattern.test(difference))).not.toEqual([])
    expect(writesTo(stack, 'east'), 'P5: nothing wrote to the source').toEqual([])
  })
})
