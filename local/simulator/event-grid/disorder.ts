/** What becomes of one event on its way to one subscription when faults strike it. */
import type { Fault } from '../fault-rules.ts'

export interface Fate {
  /** Milliseconds before it is sent. */
  readonly wait: number
  /** Sent earlier when a later event of the subscription has been sent. */
  readonly overtaken: boolean
}

const longestHold = 5000

/** None for a lost event, two for a doubled one, else one. */
export const fatesOf = (faults: readonly Fault[]): readonly Fate[] => {
  const has = (kind: Fault['kind']) => faults.some(fault => fault.kind === kind)
  if (has('lostEvent')) return []
  const late = faults.reduce((sum, { kind, milliseconds = 0 }) => sum + (kind === 'lateEvent' ? milliseconds : 0), 0)
  const reordered = faults.find(({ kind }) => kind === 'reorderedEvent')
  const fate: Fate = {
    wait: late + (reordered === undefined ? 0 : (reordered.milliseconds ?? longestHold)),
    overtaken: reordered !== undefined,
  }
  return has('doubledEvent') ? [fate, fate] : [fate]
}

/** Events that wait to be overtaken, by subscription. */
export class Held {
  readonly #bySubscription = new Map<string, (() => void)[]>()

  /** @param send called once, whatever releases the event first; the answer of `hold` is that call. */
  hold(subscription: string, send: () => void): () => void {
    let isSent = false
    const once = () => {
      if (isSent) return
      isSent = true
      send()
    }
    this.#bySubscription.set(subscription, [...(this.#bySubscription.get(subscription) ?? []), once])
    return once
  }

  /** Those held now, for whatever overtakes them to send. */
  take(subscription: string): readonly (() => void)[] {
    const held = this.#bySubscription.get(subscription) ?? []
    this.#bySubscription.delete(subscription)
    return held
  }
}
