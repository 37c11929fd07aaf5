import type { Activities } from '../activities.ts'
import { call, type OrchestrationContext, type Steps, sleep } from '../orchestration.ts'

interface PagesInput {
  readonly operation: string
  readonly cursor?: string
}

/** Keeps the history of one execution short. */
const pagesPerExecution = 40
/** A page that fails, e.g. since the ledger did not answer, is tried again after so many seconds. */
const waits = [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60]

/**
 * A resync or a sweep of many units, a page an activity, in any length: the cursor travels through continue-as-new. Starting the
 * same page twice only asks twice for the same units.
 */
export function* sweepPages(context: OrchestrationContext): Steps<string> {
  const { operation, cursor: first } = context.df.getInput() as PagesInput
  let cursor = first
  for (let page = 0; page < pagesPerExecution; page += 1) {
    const answer = yield* persistently(context, cursor === undefined ? { operation } : { operation, cursor })
    if (answer.after !== undefined) yield* sleep(context, answer.after)
    if (answer.next === undefined) return 'done'
    cursor = answer.next
  }
  context.df.continueAsNew({ operation, cursor })
  return 'more'
}

type Page = Parameters<Activities['sweepPage']>[0]
type Answer = Awaited<ReturnType<Activities['sweepPage']>>

function* persistently(context: OrchestrationContext, page: Page): Steps<Answer> {
  for (const seconds of waits) {
    try {
      return yield* call(context, 'sweepPage', page)
    } catch {
      yield* sleep(context, seconds * 1000)
    }
  }
  return yield* call(context, 'sweepPage', page)
}
