/** Ids of one replayed test: which the service gave, by which the simulator gave instead, and which the client chose. */
import { isObject, type Json } from '../simulator/json.ts'

export const guid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi

const guidsIn = (text: string): string[] => text.match(guid)?.map(id => id.toLowerCase()) ?? []

export class Ids {
  readonly #given = new Map<string, string>()
  readonly #seen = new Set<string>()
  readonly #chosen = new Set<string>()

  /** Ids of a request that no answer held before are the client's own: they must come back unchanged. */
  sent(text: string): void {
    for (const id of guidsIn(text)) if (!this.#seen.has(id)) this.#chosen.add(id)
  }

  isChosen(id: string): boolean {
    return this.#chosen.has(id.toLowerCase())
  }

  /** Pairs the ids at the same places of the recorded and the simulator's answer; the first pair of an id holds. */
  received(recorded: Json | undefined, actual: Json | undefined): void {
    if (typeof recorded === 'string') {
      const [theirs, ours] = [guidsIn(recorded), typeof actual === 'string' ? guidsIn(actual) : []]
      for (const [index, id] of theirs.entries()) {
        const other = ours[index]
        if (other !== undefined && theirs.length === ours.length && !this.#seen.has(id)) this.#given.set(id, other)
        this.#seen.add(id)
      }
    } else if (Array.isArray(recorded)) {
      for (const [index, item] of (recorded as readonly Json[]).entries())
        this.received(item, Array.isArray(actual) ? (actual as readonly Json[])[index] : undefined)
    } else if (isObject(recorded)) {
      for (const [name, member] of Object.entries(recorded))
        this.received(member, isObject(actual) ? actual[name] : undefined)
    }
  }

  /** A recorded request with the simulator's ids in place of the service's. */
  translate(text: string): string {
    return text.replaceAll(guid, id => (this.isChosen(id) ? id : (this.#given.get(id.toLowerCase()) ?? id)))
  }
}
