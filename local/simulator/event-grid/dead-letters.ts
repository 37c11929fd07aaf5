import { randomUUID } from 'node:crypto'
import type { BlobStore } from '../blob-store.ts'
import { type Clock, millisecondsOf } from '../clock.ts'
import { deadLetterBlob } from './dead-letter.ts'
import type { DeadLetter } from './delivery-log.ts'
import type { DeadLetterDestination } from './subscription.ts'

export interface DeadLetterOptions {
  readonly clock: Clock
  readonly pace: number
  /** Absent: nothing is written. */
  readonly blobStore?: Pick<BlobStore, 'containerExists' | 'putBlob'>
}

const minute = 60_000
/** From the last attempt to the blob, so that several events share one; and between two tries to write it. */
const delay = 5 * minute
/** How long a container that does not answer is tried. */
const patience = 240 * minute

/** Writes events that were given up into the container of their subscription (events.md section 7). */
export class DeadLetters {
  readonly #options: DeadLetterOptions
  /** Those that wait for the next blob, by container and subscription. */
  readonly #waiting = new Map<string, DeadLetter[]>()

  constructor(options: DeadLetterOptions) {
    this.#options = options
  }

  add(destination: DeadLetterDestination, letter: DeadLetter): void {
    const { blobStore, clock } = this.#options
    if (blobStore === undefined) return
    const key = `${destination.resourceId}/${destination.blobContainerName}/${letter.subscription}`.toLowerCase()
    const waiting = this.#waiting.get(key)
    if (waiting !== undefined) return void waiting.push(letter)
    const letters = [letter]
    this.#waiting.set(key, letters)
    const since = clock.ticks()
    this.#later(() => {
      this.#waiting.delete(key)
      return this.#write(blobStore, destination, letters, millisecondsOf(since))
    })
  }

  #later(action: () => Promise<void>): void {
    this.#options.clock.after(delay * this.#options.pace, () => void action())
  }

  async #write(
    store: NonNullable<DeadLetterOptions['blobStore']>,
    destination: DeadLetterDestination,
    letters: DeadLetter[],
    since: number,
  ): Promise<void> {
    const [{ subscription } = { subscription: '' }] = letters
    const account = destination.resourceId.split('/').at(-1) ?? ''
    const container = destination.blobContainerName
    const now = millisecondsOf(this.#options.clock.ticks())
    const blob = deadLetterBlob(subscription, now, randomUUID())
    try {
      if (!(await store.containerExists(account, container))) return mark(letters, { dropped: 'ContainerNotFound' })
      const bytes = Buffer.from(JSON.stringify(letters.map(({ record }) => record)))
      await store.putBlob(account, container, blob, bytes, 'application/json')
      mark(letters, { blob: `${container}/${blob}` })
    } catch {
      if (now - since > patience * this.#options.pace) return mark(letters, { dropped: 'StorageUnavailable' })
      this.#later(() => this.#write(store, destination, letters, since))
    }
  }
}

const mark = (letters: readonly DeadLetter[], fate: Pick<DeadLetter, 'blob' | 'dropped'>): void => {
  for (const letter of letters) Object.assign(letter, fate)
}
