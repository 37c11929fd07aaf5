import { passId, type RunInput } from '../../model.ts'
import type { Activities } from '../activities.ts'
import { call, type OrchestrationContext, type Steps, sleep } from '../orchestration.ts'
import type { Closed, Finished, Pass, Plan, Step } from '../steps.ts'

type StepName = 'withdrawLocators' | 'removeTwin' | 'prepareTwin' | 'copyFiles' | 'publishTwin'
type Input<N extends StepName> = Omit<Parameters<Activities[N]>[0], 'waited'>
type Result<N extends StepName> = Awaited<ReturnType<Activities[N]>> extends Step<infer T> ? T : never

/** Well below the 200 sequential steps an instance may have. */
const mostSteps = 120

/**
 * One run of an asset: survey, withdraw, prepare, copy as long as it takes, publish, close. Every step reads both
 * accounts afresh, so a step that is repeated does no harm, and a run that dies anywhere is followed by another.
 */
export function* replicateAsset(context: OrchestrationContext): Steps<Closed> {
  const input = context.df.getInput() as RunInput
  const pass = passId(input.key, input.n)
  const closed = yield* onePass(context, input, pass)
  if (closed === 'again') context.df.continueAsNew({ ...input, n: input.n + 1, previous: pass } satisfies RunInput)
  return closed
}

function* onePass(context: OrchestrationContext, input: RunInput, pass: string): Steps<Closed> {
  const claim = { unit: input.unit, run: input.run, pass }
  const survey = yield* call(context, 'surveyAsset', { ...claim, previous: input.previous })
  if (survey.to === 'end') return survey.closed
  const { generation, priority } = survey.result
  const covered: Pass = { ...claim, generation, ...(priority === undefined ? {} : { priority }) }
  const end = yield* work(context, covered, survey.result)
  if (end.to === 'end') return end.closed
  const outcome = end.to === 'close' ? end.outcome : ({ outcome: 'inSync' } as const)
  return yield* call(context, 'closeRun', { ...covered, outcome })
}

function* work(context: OrchestrationContext, pass: Pass, plan: Plan): Steps<Finished<unknown>> {
  const steps = { taken: 0 }
  let afterwards = plan.afterwards
  if (plan.withdraw.length > 0) {
    const withdrawn = yield* step(context, steps, 'withdrawLocators', { ...pass, locators: plan.withdraw })
    if (withdrawn.to !== 'next') return withdrawn
    afterwards = withdrawn.result.afterwards ?? afterwards
  }
  const last = yield* change(context, steps, pass, plan)
  if (last.to !== 'next' || afterwards === undefined) return last
  return { to: 'close', outcome: afterwards }
}

function* change(
  context: OrchestrationContext,
  steps: { taken: number },
  pass: Pass,
  plan: Plan,
): Steps<Finished<unknown>> {
  if (plan.remove) return yield* step(context, steps, 'removeTwin', pass)
  if (plan.work === undefined) return { to: 'next', result: true }
  const { owner, source, listing, live, locators } = plan.work
  const prepared = yield* step(context, steps, 'prepareTwin', { ...pass, source, owner })
  if (prepared.to !== 'next') return prepared
  const target = prepared.result
  const copied = yield* step(context, steps, 'copyFiles', { ...pass, source, target, listing, live })
  if (copied.to !== 'next') return copied
  return yield* step(context, steps, 'publishTwin', { ...pass, source, target, listing, locators })
}

/** Takes a step as often as it asks to be repeated; a pass that grows too long goes on in a new execution. */
function* step<N extends StepName>(
  context: OrchestrationContext,
  steps: { taken: number },
  name: N,
  input: Input<N>,
): Steps<Finished<Result<N>>> {
  let waited = 0
  for (;;) {
    const answer = (yield* call(context, name, { ...input, waited } as Parameters<Activities[N]>[0])) as Step<Result<N>>
    steps.taken += 1
    if (answer.to !== 'repeat') return answer
    if (steps.taken >= mostSteps) return { to: 'end', closed: 'again' }
    if (answer.after !== undefined) {
      yield* sleep(context, answer.after)
      steps.taken += 1
      waited += answer.after
    }
  }
}
