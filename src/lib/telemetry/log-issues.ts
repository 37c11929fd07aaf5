import { type Log, logEvent } from './log-event.ts'

interface Mistake {
  readonly path: string
  readonly found: string
  readonly allowed: string
}

/** A line for every mistake in the settings: whoever is refused because of them finds them in the log. */
export const logIssues = (log: Log, issues: readonly Mistake[]): void => {
  for (const { path, found, allowed } of issues) logEvent(log, 'settingsBroken', { path, found, allowed })
}
