/** Endpoints that prove by a GET, not by their answer, that they want the events (events.md section 7). */
import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { formatFullInstant } from '../instants.ts'

/** What the handshake hands out. */
export interface Challenge {
  readonly code: string
  /** A GET of it, in time, validates the endpoint. */
  readonly url: string
  readonly time: string
  /** True when that GET has come, false when its time is over. */
  readonly met: Promise<boolean>
}

/** Time for the GET. Milliseconds at pace 1. */
const validFor = 5 * 60_000

export class Validations {
  readonly #clock: Clock
  readonly #pace: number
  readonly #byToken = new Map<string, (met: boolean) => void>()

  constructor(clock: Clock, pace: number) {
    this.#clock = clock
    this.#pace = pace
  }

  /** @param origin of the address to be called, such as `http://127.0.0.1:7080`. */
  open(origin: string, subscription: string): Challenge {
    const [code, token] = [randomUUID(), randomUUID()]
    const time = formatFullInstant(this.#clock.ticks())
    const query = new URLSearchParams({ id: code, t: time, apiVersion: '2018-05-01-preview', token })
    const { promise, resolve } = Promise.withResolvers<boolean>()
    this.#byToken.set(token, resolve)
    this.#clock.after(validFor * this.#pace, () => {
      this.#byToken.delete(token)
      resolve(false)
    })
    return { code, time, url: `${origin}/eventsubscriptions/${subscription}/validate?${query}`, met: promise }
  }

  /** False for a token that is unknown or too old. */
  meet(token: string): boolean {
    const resolve = this.#byToken.get(token)
    resolve?.(true)
    return resolve !== undefined
  }
}
