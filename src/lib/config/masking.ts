/** How a value that was found where it does not belong is shown: never when it could be a secret (P6). */

const secretWords = /accountkey=|sharedaccess|sig=|password|bearer\s|^eyJ|:\/\/[^/]*@/i
/** 20 characters in a row of the alphabets that keys and tokens are written in. */
const keyRun = /[A-Za-z0-9+/_=-]{20,}/g
const longest = 120

const isMixed = (run: string): boolean => /[a-z]/.test(run) && /[A-Z]/.test(run) && /[0-9]/.test(run)
const isHexKey = (run: string): boolean => /^[0-9a-f]{32,}$/i.test(run)

/** A slash belongs to base64, and to resource ids, whose parts are harmless where a key of that length is not. */
const partsOf = (text: string): readonly string[] => (/^\/subscriptions\//i.test(text) ? text.split('/') : [text])

/** Whether a text looks like a key, a token, a SAS or a connection string. GUIDs, names and resource ids do not. */
export const looksSecret = (text: string): boolean =>
  secretWords.test(text) ||
  partsOf(text).some(part => (part.match(keyRun) ?? []).some(run => isMixed(run) || isHexKey(run)))

/** A short description of any JSON value for an error message. */
export const shown = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (value !== null && typeof value === 'object') return 'an object'
  if (typeof value !== 'string') return String(value)
  if (value.length > longest || looksSecret(value)) return `a text of ${value.length} characters (not shown)`
  return JSON.stringify(value)
}
