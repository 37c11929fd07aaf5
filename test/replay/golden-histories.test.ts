/**
 * P3: an instance that a release left in the middle goes on under the next one of the same `defaultVersion`, wherever its
 * history ends; test/fixtures/histories/README.md says what to do when it does not.
 */
import type { OrchestrationContext, OrchestrationHandler } from 'durable-functions'
import { describe, expect, it } from 'vitest'
import { ActionType } from '../../local/host/durable/actions.ts'
import { difference, goldens, orchestrators } from './golden.ts'

const kept = goldens()
const all = Object.values(kept).flat()

describe('golden histories', () => {
  it.each(Object.entries(kept))('P3: %s, cut after every event, goes on as it did', async (_name, histories) => {
    for (const golden of histories) expect(await difference(orchestrators[golden.orchestrator], golden)).toBeUndefined()
  })

  it('have every action that an orchestrator of ours takes, and none that is unknown', () => {
    const types = new Set(all.flatMap(({ asked }) => asked.flat().map(({ actionType }) => actionType)))
    expect(types).toEqual(new Set([ActionType.CallActivity, ActionType.CreateTimer, ActionType.ContinueAsNew]))
  })
})

/** An orchestrator over a context that is changed. */
const over =
  (inner: OrchestrationHandler, change: (df: OrchestrationContext['df']) => object): OrchestrationHandler =>
  context =>
    inner(
      new Proxy(context, {
        get: (target, member) =>
          member === 'df' ? changed(target.df, change(target.df)) : Reflect.get(target, member),
      }),
    )

const changed = (df: OrchestrationContext['df'], by: object) =>
  new Proxy(df, { get: (target, member) => Reflect.get(member in by ? by : target, member) })

const breaking: Readonly<Record<string, (inner: OrchestrationHandler) => OrchestrationHandler>> = {
  'an activity of another name': inner =>
    over(inner, df => ({ callActivity: (name: string, input: unknown) => df.callActivity(`${name}2`, input) })),
  'an activity with another input': inner =>
    over(inner, df => ({
      callActivity: (name: string, input: object) => df.callActivity(name, { ...input, more: 1 }),
    })),
  'one more activity before the first': inner =>
    function* (context) {
      yield context.df.callActivity('first', {})
      return yield* inner(context)
    },
  'one more activity after the last': inner =>
    function* (context) {
      const output = yield* inner(context)
      yield context.df.callActivity('last', {})
      return output
    },
  'an end that says something else': inner =>
    function* (context) {
      yield* inner(context)
      return 'something else'
    },
}

describe('a change that would break instances under way is noticed in every history', () => {
  it.each(Object.entries(breaking))('P3: %s', async (_title, change) => {
    for (const golden of all) expect(await difference(change(orchestrators[golden.orchestrator]), golden)).toBeDefined()
  })

  it('P3: another time to wait, and an execution that is not followed by the next', async () => {
    const other: Readonly<Record<string, (inner: OrchestrationHandler) => OrchestrationHandler>> = {
      [ActionType.CreateTimer]: inner =>
        over(inner, df => ({ createTimer: (at: Date) => df.createTimer(new Date(at.getTime() + 1000)) })),
      [ActionType.ContinueAsNew]: inner => over(inner, () => ({ continueAsNew: () => {} })),
    }
    for (const [type, change] of Object.entries(other)) {
      const concerned = all.filter(({ asked }) => asked.flat().some(({ actionType }) => actionType === Number(type)))
      expect(concerned.length).toBeGreaterThan(2)
      for (const golden of concerned)
        expect(await difference(change(orchestrators[golden.orchestrator]), golden)).toBeDefined()
    }
  })
})
