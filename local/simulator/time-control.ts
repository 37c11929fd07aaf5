/** What `/_sim/clock` takes and shows. */
import { type Clock, millisecondsOf } from './clock.ts'
import { Refusal } from './control-input.ts'
import { formatInstant, parseInstant } from './instants.ts'
import { isObject } from './json.ts'

const allowed =
  '{"advance": seconds, 0 or more} or {"to": an instant that is not past, such as "2030-01-01T00:00:00Z"} is expected'

export const shownTime = (clock: Clock) => ({ now: formatInstant(clock.ticks()) })

/** Milliseconds to move the clock on; throws a Refusal for anything else than `advance` or `to`. */
export const moveBy = (body: unknown, clock: Clock): number => {
  if (!isObject(body) || Object.keys(body).length !== 1) throw new Refusal(400, [allowed])
  const { advance, to } = body
  if (typeof advance === 'number' && advance >= 0) return advance * 1000
  const instant = typeof to === 'string' ? parseInstant(to) : undefined
  const milliseconds = instant === undefined ? -1 : millisecondsOf(instant - clock.ticks())
  if (milliseconds < 0) throw new Refusal(400, [`${allowed}; now is ${formatInstant(clock.ticks())}`])
  return milliseconds
}
