import { passId, type RunInput } from '../../model.ts'
import { call, type OrchestrationContext, type Steps, sleep } from '../orchestration.ts'

/** Two calls of the policy step and a timer at most, before a new execution takes over. */
const mostRepeats = 40

/**
 * One run of anything that has no files: content key policies, streaming policies, account filters, and locators
 * whose asset is not known. One activity reads, compares, writes, reads back and closes, because the secrets of a
 * policy must not leave it.
 */
export function* replicatePolicy(context: OrchestrationContext): Steps<string> {
  const input = context.df.getInput() as RunInput
  const pass = passId(input.key, input.n)
  for (let repeats = 0; repeats < mostRepeats; repeats += 1) {
    const step = yield* call(context, 'syncPolicy', {
      unit: input.unit,
      run: input.run,
      pass,
      previous: input.previous,
    })
    if (step.to === 'end') {
      if (step.closed !== 'again') return step.closed
      break
    }
    if (step.after !== undefined) yield* sleep(context, step.after)
  }
  context.df.continueAsNew({ ...input, n: input.n + 1, previous: pass } satisfies RunInput)
  return 'again'
}
