/** Calls that end what has been begun: to stop between them is worse than to take a few of the calls kept for others. */
import { AsyncLocalStorage } from 'node:async_hooks'

const context = new AsyncLocalStorage<true>()

/**
 * Until the work has ended, no call that it makes is kept back for the owner or for events: e.g. while what a locator is
 * replaced with is still to be made, and players find nothing. What the service itself refuses stays refused.
 */
export const finishing = <T>(work: () => Promise<T>): Promise<T> => context.run(true, work)

export const isFinishing = (): boolean => context.getStore() === true
