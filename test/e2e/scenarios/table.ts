/** Plays groups of scenarios on one running stack, and has the comparer read both accounts after each. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Stack, type StackOptions, startStack } from '../../../local/stack/stack.ts'
import { writesTo } from '../support.ts'
import { rewriteUrls, type Scenario, Scene } from './scene.ts'

export interface Table {
  /** What the groups need of the stack that they share. */
  readonly stack?: StackOptions
  readonly groups: Readonly<Record<string, readonly Scenario[]>>
}

/** Milliseconds; a scenario waits for several passes, on a machine that may do a lot else. */
const patience = 240_000

/** Whether the comparer finds exactly what the scenario says. */
const verdict = async (scene: Scene, differs: readonly RegExp[] = []): Promise<void> => {
  const found = await scene.compare()
  const unexpected = found.filter(difference => !differs.some(pattern => pattern.test(difference)))
  expect(unexpected).toEqual([])
  for (const pattern of differs) expect(found.filter(difference => pattern.test(difference))).not.toEqual([])
}

export const playTable = ({ stack: options = {}, groups }: Table): void => {
  let stack: Stack
  beforeAll(async () => {
    stack = await startStack({
      topology: ({ accounts, routes }) => ({ accounts, routes: routes.map(route => ({ ...route, rewriteUrls })) }),
      ...options,
    })
  })
  afterAll(() => stack.close())

  let number = 0
  describe.each(Object.entries(groups))('P1: %s', (_, scenarios) => {
    it.each(scenarios)(
      '$name',
      async ({ play, differs, writesSource = false }) => {
        number += 1
        const scene = new Scene(stack, `s${number}-`)
        try {
          await play(scene)
        } finally {
          await scene.leave()
        }
        await verdict(scene, differs)
        if (!writesSource) expect(writesTo(stack, 'east'), 'P5: nothing wrote to the source').toEqual([])
      },
      patience,
    )
  })
}
