import type { ServiceError } from '../service-error.ts'
import type { Pacer } from './pacer.ts'

/** Runs requests side by side, as many as the pacer allows, and gathers what went wrong. */
export class Tasks {
  readonly #pacer: Pacer
  readonly #bearable: (error: unknown) => error is ServiceError
  readonly #running = new Set<Promise<boolean>>()
  readonly #broken = new AbortController()
  #fatal: { readonly error: unknown } | undefined
  /** Failures that another look will settle. */
  readonly borne: ServiceError[] = []

  /** @param bearable whether a failure ends only the task it happened in; any other ends them all. */
  constructor(pacer: Pacer, bearable: (error: unknown) => error is ServiceError) {
    this.#pacer = pacer
    this.#bearable = bearable
  }

  /** Fires when a task has failed for good. */
  get signal(): AbortSignal {
    return this.#broken.signal
  }

  get broken(): boolean {
    return this.#fatal !== undefined
  }

  /**
   * Waits for a place, starts the task, and answers before it ends; `done` tells whether it succeeded and never rejects.
   * @param pacer where the place is, if not where those of all others are.
   */
  async start(task: () => Promise<void>, pacer = this.#pacer): Promise<{ readonly done: Promise<boolean> }> {
    await pacer.acquire()
    const done = this.#run(task, pacer)
    this.#running.add(done)
    void done.then(() => this.#running.delete(done))
    return { done }
  }

  /** Adds work that is not a request of its own, but must have ended when all has settled. */
  follow(work: Promise<void>): void {
    const done = work.then(
      () => true,
      error => this.#failed(error),
    )
    this.#running.add(done)
    void done.then(() => this.#running.delete(done))
  }

  /** Waits until nothing runs any more. @throws what ended all tasks. */
  async settle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
    if (this.#fatal !== undefined) throw this.#fatal.error
  }

  async #run(task: () => Promise<void>, pacer: Pacer): Promise<boolean> {
    let succeeded = false
    try {
      if (!this.broken) {
        await task()
        succeeded = true
      }
    } catch (error) {
      this.#failed(error)
    } finally {
      pacer.release(succeeded)
    }
    return succeeded
  }

  #failed(error: unknown): boolean {
    if (this.#bearable(error)) this.borne.push(error)
    else if (this.#fatal === undefined) {
      this.#fatal = { error }
      this.#broken.abort(error)
    }
    return false
  }
}
