import { call, type OrchestrationContext, type Steps, sleep } from '../orchestration.ts'

interface ResyncInput {
  readonly operation: string
  readonly cursor?: string
}

/** Keeps the history of one execution short. */
const pagesPerExecution = 40

/**
 * A resync of many units, a page an activity, in any length: the cursor travels through continue-as-new. Starting the
 * same page twice only asks twice for the same units.
 */
export function* resyncPages(context: OrchestrationContext): Steps<string> {
  const { operation, cursor: first } = context.df.getInput() as ResyncInput
  let cursor = first
  for (let page = 0; page < pagesPerExecution; page += 1) {
    const answer = yield* call(context, 'resyncPage', cursor === undefined ? { operation } : { operation, cursor })
    if (answer.after !== undefined) yield* sleep(context, answer.after)
    if (answer.next === undefined) return 'done'
    cursor = answer.next
  }
  context.df.continueAsNew({ operation, cursor })
  return 'more'
}
