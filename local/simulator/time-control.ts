/** What `/_sim/clock` takes and shows. */
import { type Clock, millisecondsOf } from './clock.ts'
import { Refusal } from './control-input.ts'
import { formatInstant, parseInstant } from './instants.ts'
import { isObject } from './json.ts'

/** Later times, and what ends a while after them, cannot be written as the service writes them. */
const last = '9999-01-01T00:00:00Z'
const lastTicks = parseInstant(last) ?? 0n

const allowed =
  '{"advance": seconds, 0 or more} or {"to": an instant that is not past, such as "2030-01-01T00:00:00Z"} is expected, ' +
  `up to ${last}`

export const shownTime = (clock: Clock) => ({ now: formatInstant(clock.ticks()) })

/** Milliseconds to move the clock on; throws a Refusal for anything else than `advance` or `to`. */
export const moveBy = (body: unknown, clock: Clock): number => {
  if (!isObject(body) || Object.keys(body).length !== 1) throw new Refusal(400, [allowed])
  const { advance, to } = body
  const now = clock.ticks()
  const instant = typeof to === 'string' ? parseInstant(to) : undefined
  const wanted =
    typeof advance === 'number' ? advance * 1000 : instant === undefined ? -1 : millisecondsOf(instant - now)
  if (!(wanted >= 0 && wanted <= millisecondsOf(lastTicks - now)))
    throw new Refusal(400, [`${allowed}; now is ${formatInstant(now)}`])
  return wanted
}
