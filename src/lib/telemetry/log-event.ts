import { type Attributes, type EventName, events } from './catalogue.ts'

export type Log = (...args: unknown[]) => void

/**
 * One line of JSON, `{"event": …}`. Only attributes of the catalogue are written, whatever the object holds besides.
 * @param log of an invocation context, so that the line keeps its invocation.
 */
export const logEvent = <N extends EventName>(log: Log, name: N, attributes: Attributes<N>): void => {
  const known: readonly string[] = events[name].attributes
  const kept = Object.entries<unknown>(attributes).filter(([key, value]) => known.includes(key) && value !== undefined)
  log(JSON.stringify({ event: name, ...Object.fromEntries(kept) }))
}

/** What may be told of an error nobody named: its class, never its message, which may quote what was sent. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : typeof error)
