/** Sweeps fired by hand, as an operator does, and waited for. */
import type { Stack } from '../../local/stack/stack.ts'
import { eventually, route } from './support.ts'

export interface SweepView {
  readonly sweep: string
  readonly every: number
  readonly dueAt: string
  readonly lastSuccessAt?: string
  readonly operation?: { readonly status: string; readonly startedAt: string; readonly counts: Record<string, number> }
}

export const sweepView = async (stack: Stack, sweep: string): Promise<SweepView> => {
  const { routes } = (await (await stack.api.fetch('/api/sweeps')).json()) as {
    routes: { route: string; sweeps: SweepView[] }[]
  }
  const found = routes.find(one => one.route === route)?.sweeps.find(one => one.sweep === sweep)
  if (found === undefined) throw new Error(`No sweep ${sweep}.`)
  return found
}

export const timers = { changes: 'discover', locators: 'sweepLocators', full: 'sweepFull' } as const

/** Runs one sweep from a fresh start to its end. */
export const sweep = async (stack: Stack, kind: keyof typeof timers): Promise<SweepView> => {
  const ended = async (after?: string) => {
    const view = await sweepView(stack, kind)
    const isNew = after === undefined || (view.operation?.startedAt ?? '') > after
    return isNew && view.operation?.status === 'succeeded' ? view : undefined
  }
  const before = (await sweepView(stack, kind)).operation
  if (before?.status === 'running') await eventually(`the ${kind} sweep at hand ended`, () => ended())
  const { operation } = await sweepView(stack, kind)
  await stack.api.fire(timers[kind])
  return eventually(`a ${kind} sweep ended`, () => ended(operation?.startedAt ?? ''), 60_000)
}
