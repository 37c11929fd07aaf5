/** Time stamps as the service writes them: UTC, 100 ns ticks, trailing zeros trimmed (contract section 4). */
const ticksPerSecond = 10_000_000n
const instantText = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,12}))?(Z|[+-]\d{2}:\d{2})?$/

/** Ticks of 100 ns since 1970, or undefined for text that is no time. A time without a zone is taken as UTC. */
export const parseInstant = (text: string): bigint | undefined => {
  const match = instantText.exec(text)
  if (match === null) return undefined
  const [, seconds = '', fraction = '', zone = 'Z'] = match
  const milliseconds = Date.parse(seconds + zone)
  if (Number.isNaN(milliseconds)) return undefined
  return BigInt(milliseconds / 1000) * ticksPerSecond + BigInt(fraction.padEnd(7, '0').slice(0, 7))
}

const split = (ticks: bigint) => {
  const fraction = ((ticks % ticksPerSecond) + ticksPerSecond) % ticksPerSecond
  const seconds = (ticks - fraction) / ticksPerSecond
  return { seconds: new Date(Number(seconds) * 1000).toISOString().slice(0, 19), fraction }
}

/** `2021-01-21T00:31:44.6Z`: as many digits as needed. */
export const formatInstant = (ticks: bigint): string => {
  const { seconds, fraction } = split(ticks)
  const digits = fraction.toString().padStart(7, '0').replace(/0+$/, '')
  return `${seconds}${digits === '' ? '' : `.${digits}`}Z`
}

/** Always 7 digits, as in systemData; events leave the zone out. */
export const formatFullInstant = (ticks: bigint, zone: 'Z' | '' = 'Z'): string => {
  const { seconds, fraction } = split(ticks)
  return `${seconds}.${fraction.toString().padStart(7, '0')}${zone}`
}

const lastSqlInstant = parseInstant('9999-12-31T23:59:59.997Z') ?? 0n

/**
 * As an SQL `datetime` column gives it back: to the nearest 1/300 s, shown in whole milliseconds, so that they end in
 * 0, 3 or 7 (contract section 4).
 */
export const roundToSql = (ticks: bigint): bigint => {
  const { fraction } = split(ticks)
  const steps = Math.round((Number(fraction) / Number(ticksPerSecond)) * 300)
  const rounded = ticks - fraction + BigInt(Math.round((steps * 1000) / 300)) * 10_000n
  return rounded > lastSqlInstant ? lastSqlInstant : rounded
}

/** `roundToSql` on text; text that is no time stays as it is. */
export const roundInstant = (text: string): string => {
  const ticks = parseInstant(text)
  return ticks === undefined ? text : formatInstant(roundToSql(ticks))
}
