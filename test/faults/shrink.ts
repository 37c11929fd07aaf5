/** From a history that fails to a shorter one that still does. Pure but for the playing. */
import type { History, Step } from './history.ts'

const without = (steps: readonly Step[], from: number, count: number) => [
  ...steps.slice(0, from),
  ...steps.slice(from + count),
]

/**
 * Leaves out ever smaller runs of steps, then the switches, while `fails` still says so. What depends on timing fails only
 * now and then: `fails` is to play a history several times before it says that it does not.
 * @param most how often `fails` may be asked.
 */
export const shrink = async (
  history: History,
  fails: (shorter: History) => Promise<boolean>,
  most: number,
): Promise<History> => {
  let [smallest, asked] = [history, 0]
  const tryOne = async (shorter: History): Promise<boolean> => {
    if (asked >= most) return false
    asked += 1
    const { seed: _, ...rest } = shorter
    if (!(await fails(rest))) return false
    smallest = rest
    return true
  }
  if (Object.keys(history.switches).length > 0) await tryOne({ ...smallest, switches: {} })
  for (let size = Math.ceil(history.steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let from = smallest.steps.length - size; from > -size; from -= size)
      await tryOne({ ...smallest, steps: without(smallest.steps, Math.max(0, from), size) })
  return smallest
}
