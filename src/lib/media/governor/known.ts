/**
 * What one instance knows of a bucket: the bucket as all instances last left it, what has happened here since, and the
 * calls under way.
 */
import type { Timing } from '../../timing.ts'
import { type Bucket, bucketSchema, counted, inTime, type Now, probed, refused, told, unknownBucket } from './bucket.ts'
import type { BucketName } from './buckets.ts'

/** One call under way. */
export interface Sent {
  readonly order: number
  /** Calls that had been answered when it was sent: the service has counted all of them. */
  readonly answered: number
  readonly before: number | undefined
}

type Change = (bucket: Bucket) => Bucket

/** What has happened here since instances last compared notes. */
class Notes {
  readonly #changes = new Map<'reading' | 'refusal' | 'probe', Change>()
  readonly #callers = new Map<string, { readonly calls: number; readonly wants: number }>()

  get isEmpty(): boolean {
    return this.#changes.size === 0 && this.#callers.size === 0
  }

  /** Only the last of each kind counts; they keep the order in which they came. */
  change(what: 'reading' | 'refusal' | 'probe', change: Change): void {
    this.#changes.delete(what)
    this.#changes.set(what, change)
  }

  count(caller: string, calls: number, wants: number): void {
    const before = this.#callers.get(caller) ?? { calls: 0, wants }
    this.#callers.set(caller, { calls: before.calls + calls, wants: Math.max(before.wants, wants) })
  }

  on(bucket: Bucket): Bucket {
    let after = bucket
    for (const change of this.#changes.values()) after = change(after)
    for (const [caller, { calls, wants }] of this.#callers) after = counted(after, caller, calls, wants)
    return after
  }

  /** Takes over what is newer. */
  add(newer: Notes): void {
    for (const [what, change] of newer.#changes) this.change(what, change)
    for (const [caller, { calls, wants }] of newer.#callers) this.count(caller, calls, wants)
  }
}

/** A state that another release wrote in a way this one cannot read counts as nothing known. */
export const readBucket = (saved: unknown, now: number): Bucket =>
  inTime(bucketSchema.safeParse(saved).data ?? unknownBucket, now)

export class Known {
  readonly name: BucketName
  bucket: Bucket = unknownBucket
  #notes = new Notes()
  #sharedAt = Number.NEGATIVE_INFINITY
  #sent = 0
  #answered = 0
  /** The latest call whose answer told what was left, as its place among those sent. */
  #teller = 0
  /** What was left then, plus all calls that were sent up to then. */
  #base = 0

  constructor(name: BucketName) {
    this.name = name
  }

  /** Whether it is time to compare notes. */
  isStale(now: number, { budgetShare }: Timing): boolean {
    return now - this.#sharedAt >= budgetShare
  }

  at(now: number): Now {
    return { now, left: Math.min(this.bucket.left ?? 0, this.#base - this.#sent), pending: this.#sent - this.#answered }
  }

  /** Somebody wants a call and has to wait. */
  wants(caller: string, until: number): void {
    this.#count(caller, 0, until)
  }

  send(caller: string, wants: number): Sent {
    this.#count(caller, 1, wants)
    this.#sent += 1
    const { left, notBefore } = this.bucket
    return { order: this.#sent, answered: this.#answered, before: notBefore === undefined ? left : undefined }
  }

  probe(now: number, timing: Timing): void {
    this.#change('probe', bucket => probed(bucket, now, timing))
  }

  /** The call has ended, with an answer or without. */
  end(): void {
    this.#answered += 1
  }

  /** Whoever was sent last knows best; what is sent from now on comes on top. */
  tell({ order, answered, before }: Sent, left: number, now: number): void {
    if (order < this.#teller) return
    this.#teller = order
    this.#base = left + answered + 1
    const here = told(this.bucket, this.name, left, before, now)
    this.bucket = here
    // Another instance may have heard something later; the beginning of the window may have been seen here only.
    this.#notes.change('reading', bucket =>
      (bucket.at ?? 0) > now
        ? bucket
        : { ...told(bucket, this.name, left, before, now), ...(here.since === undefined ? {} : { since: here.since }) },
    )
  }

  refuse(wait: number | undefined, now: number): void {
    this.#teller = this.#sent
    this.#change('refusal', bucket => refused(bucket, wait, now))
  }

  /**
   * Compares notes with the other instances. What cannot be saved is kept for the next time.
   *
   * @param swap saves what the change makes of what was saved, and answers it.
   */
  async share(swap: (change: (saved: unknown) => Bucket) => Promise<Bucket>, now: number): Promise<void> {
    this.#sharedAt = now
    const notes = this.#notes
    const { at } = this.bucket
    this.#notes = new Notes()
    try {
      const saved = await swap(before => notes.on(readBucket(before, now)))
      // What others heard says nothing of the calls that are under way here.
      if (saved.at !== at && this.bucket.at === at) this.#base = (saved.left ?? 0) + this.#answered
      this.bucket = this.#notes.on(saved)
    } catch (error) {
      notes.add(this.#notes)
      this.#notes = notes
      throw error
    }
  }

  #count(caller: string, calls: number, wants: number): void {
    this.bucket = counted(this.bucket, caller, calls, wants)
    this.#notes.count(caller, calls, wants)
  }

  #change(what: 'reading' | 'refusal' | 'probe', change: Change): void {
    this.bucket = change(this.bucket)
    this.#notes.change(what, change)
  }
}
