import type { Facts } from '../ledger/facts.ts'
import type { Unit } from '../model.ts'
import { moveHome } from '../replicate/move-home.ts'
import type { Pair } from '../replicate/pair.ts'
import { type ActivityDeps, record, type Tools } from './guard.ts'
import type { Pass } from './steps.ts'

/**
 * Moves the home of an object to the target, as an operator decided: this route leaves it, and the opposite one takes
 * over what was the source.
 */
export const movedHome = async (
  deps: ActivityDeps,
  { starter }: Tools,
  pair: Pair,
  pass: Pass,
  facts: Facts,
): Promise<Facts> => {
  const { here, there } = await moveHome(pair, pass.unit, facts)
  // What the other route takes over is forgotten only at the close: it has to be told again when this one dies here.
  await record(deps, pass, { home: here.home, owner: here.owner })
  const opposite: Unit = { ...pass.unit, route: `${pair.route.to}>${pair.route.from}` }
  const request = { reason: 'failback', priority: 'event', permissions: { adopt: true }, facts: there } as const
  await starter.run(await deps.ledger.request(opposite, request))
  return here
}
