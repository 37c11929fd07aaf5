import type { UnitRow } from '../ledger/ledger.ts'

/** How far the copy of a running unit is: blobs, bytes, bytes a second, and milliseconds until the end. */
export interface CopyProgress {
  readonly blobs: number
  readonly ofBlobs: number
  readonly bytes: number
  readonly ofBytes: number
  readonly bytesPerSecond?: number
  /** When all is copied if it goes on as it did, in ISO 8601. */
  readonly eta?: string
}

const rate = (progress: Omit<CopyProgress, 'eta'>, since: number, now: number): CopyProgress => {
  const [seconds, left] = [(now - since) / 1000, progress.ofBytes - progress.bytes]
  // Once all is there it is verified and published; the rate would only fall.
  if (progress.bytes <= 0 || seconds <= 0 || left <= 0) return progress
  const bytesPerSecond = Math.round(progress.bytes / seconds)
  const milliseconds = left * ((seconds * 1000) / progress.bytes)
  return { ...progress, bytesPerSecond, eta: new Date(now + milliseconds).toISOString() }
}

/** Undefined unless the unit is running and has something to copy. What changed meanwhile may make it more than all. */
export const copyProgress = (row: UnitRow | undefined, now: number): CopyProgress | undefined => {
  const copying = row?.state === 'running' ? row.facts.copying : undefined
  if (copying === undefined || copying.ofBlobs === 0) return undefined
  const { blobs, ofBlobs, bytes, ofBytes, since } = copying
  return rate({ blobs, ofBlobs, bytes, ofBytes }, since, now)
}

/** All of them as one; undefined without any. */
export const totalProgress = (rows: readonly (UnitRow | undefined)[], now: number): CopyProgress | undefined => {
  const running = rows.filter(row => copyProgress(row, now) !== undefined).flatMap(row => row?.facts.copying ?? [])
  if (running.length === 0) return undefined
  const sum = (pick: 'blobs' | 'ofBlobs' | 'bytes' | 'ofBytes') => running.reduce((total, one) => total + one[pick], 0)
  const all = { blobs: sum('blobs'), ofBlobs: sum('ofBlobs'), bytes: sum('bytes'), ofBytes: sum('ofBytes') }
  return rate(all, Math.min(...running.map(({ since }) => since)), now)
}
