/** Figures and times as people read them. Pure. */

const numbers = new Intl.NumberFormat('en')
export const count = (value: number): string => numbers.format(value)

/** `1 unit`, `2 units`. @param plural where it is not the word with an s. */
export const counted = (value: number, word: string, plural = `${word}s`): string =>
  `${count(value)} ${value === 1 ? word : plural}`

const pad = (value: number): string => String(value).padStart(2, '0')

/** @param seconds rounded down; two units of time at most. */
export const duration = (seconds: number): string => {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 10) return `${minutes} min ${pad(whole % 60)} s`
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ${pad(minutes % 60)} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/** Decimal units, three digits at most. */
export const bytes = (value: number): string => {
  let [amount, unit] = [value, 0]
  while (amount >= 999.5 && unit < byteUnits.length - 1) [amount, unit] = [amount / 1000, unit + 1]
  const digits = unit === 0 || amount >= 99.95 ? 0 : amount >= 9.995 ? 1 : 2
  return `${amount.toFixed(digits)} ${byteUnits[unit]}`
}

/** From now to a moment, or from it: `in 3 min 20 s`, `3 min 20 s ago`. */
export const distance = (iso: string, now: number): string => {
  const seconds = (Date.parse(iso) - now) / 1000
  if (Math.abs(seconds) < 1) return 'now'
  return seconds > 0 ? `in ${duration(seconds)}` : `${duration(-seconds)} ago`
}

/** To a moment at which something is due; once that is past it may happen at any time. */
export const upcoming = (iso: string, now: number): string => (Date.parse(iso) <= now ? 'now' : distance(iso, now))

/** Time of day with the date where it is another day; local. */
export const moment = (iso: string, now: number): string => {
  const at = new Date(iso)
  const clock = `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`
  if (at.toDateString() === new Date(now).toDateString()) return clock
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())} ${clock}`
}

const kindWords: Readonly<Record<string, string>> = {
  asset: 'title',
  contentKeyPolicy: 'content key policy',
  streamingPolicy: 'streaming policy',
  accountFilter: 'account filter',
  streamingLocator: 'locator',
}

/** An asset with all that belongs to it is what people call a title. */
export const kindName = (kind: string): string => kindWords[kind] ?? kind

const outcomeWords: Readonly<Record<string, string>> = { inSync: 'in sync' }
export const outcomeName = (outcome: string): string => outcomeWords[outcome] ?? outcome

/** `east>west` for readers, and for those who hear it. */
export const routeName = (route: string): string => route.replace('>', ' → ')
