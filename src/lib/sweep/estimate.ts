/** What it would take to make a unit equal, for a dry run: at most, since what is found meanwhile may save calls. */
import * as z from 'zod'
import { bulkShare } from '../media/governor/bucket.ts'
import { hourlyCalls } from '../media/governor/buckets.ts'
import type { UnitReport } from '../replicate/report.ts'

const amount = z.number().nonnegative()

export const estimateSchema = z.object({
  /** To be copied. */
  bytes: amount,
  /** Calls by the bucket that the service counts them in (contract section 12), both accounts together. */
  calls: z.object({ reads: amount, writes: amount, deletes: amount, resourceRequests: amount, policySecrets: amount }),
})

export type Estimate = z.infer<typeof estimateSchema>
type Calls = Estimate['calls']

const none: Calls = { reads: 0, writes: 0, deletes: 0, resourceRequests: 0, policySecrets: 0 }
export const nothing: Estimate = { bytes: 0, calls: none }

const names = Object.keys(none) as (keyof Calls)[]

export const addEstimates = (a: Estimate, b: Estimate): Estimate => ({
  bytes: a.bytes + b.bytes,
  calls: Object.fromEntries(names.map(name => [name, a.calls[name] + b.calls[name]])) as Calls,
})

/** The first word of a change says what it is about. */
const about = ({ changes }: UnitReport, what: string): number =>
  changes.filter(change => change.startsWith(`${what} `)).length

/** A pass reads both sides twice; each locator is read alone, made, read back, and its keys are asked for on both sides. */
const assetCalls = (report: UnitReport): Calls => {
  const locators = about(report, 'locator')
  const filters = about(report, 'filter')
  return {
    reads: 10 + 4 * locators,
    writes: 2 * locators + filters,
    deletes: 0,
    resourceRequests: 4 + 1 + locators,
    policySecrets: 0,
  }
}

const policyCalls = ({ unit }: UnitReport): Calls => ({
  ...none,
  reads: 4,
  writes: 1,
  policySecrets: unit.kind === 'contentKeyPolicy' ? 3 : 0,
})

/** What the pass of a unit would take at most, as a comparison saw it; nothing for one that is equal. */
export const estimateOf = (report: UnitReport): Estimate => {
  if (report.equal) return nothing
  const calls = report.unit.kind === 'asset' ? assetCalls(report) : policyCalls(report)
  return { bytes: report.bytesToCopy ?? 0, calls }
}

/** How long the calls take within the share of the rate limits that bulk work may use; what is copied comes on top. */
export const secondsFor = ({ calls }: Estimate): number =>
  Math.ceil(3600 * Math.max(...names.map(name => calls[name] / (hourlyCalls[name] * bulkShare))))
