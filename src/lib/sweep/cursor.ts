import * as z from 'zod'
import type { Operation } from './operation.ts'

/**
 * Lists that a walk goes through, one after the other. Kinds stand for the source's lists; `locator` for its locators,
 * `unsighted` for those that the ledger knows and the list showed no more, `known` for what the ledger knows at all.
 */
const walkPhases = [
  'contentKeyPolicy',
  'streamingPolicy',
  'accountFilter',
  'asset',
  'locator',
  'unsighted',
  'known',
] as const
export type Phase = (typeof walkPhases)[number]

/** What others depend on comes first. */
const everything: readonly Phase[] = ['contentKeyPolicy', 'streamingPolicy', 'accountFilter', 'asset', 'known']

const phasesOf: Readonly<Record<Operation['kind'], readonly Phase[]>> = {
  resync: everything,
  full: everything,
  changes: ['contentKeyPolicy', 'streamingPolicy', 'accountFilter', 'asset', 'locator'],
  locators: ['locator', 'unsighted'],
}

const count = z.number().int().nonnegative()

const cursorSchema = z.object({
  /** Pages before this one. */
  page: count,
  /** List that is walked; absent where named units are. */
  phase: z.enum(walkPhases).exactOptional(),
  /** The list's own cursor of its page. */
  token: z.string().exactOptional(),
  /** Last name done of that list page; not an index, since names ahead of it may have been deleted meanwhile. */
  after: z.string().exactOptional(),
  /** Named units done. */
  done: count.exactOptional(),
  /** How often this page was given up because an account did not answer. */
  attempt: count,
})

export type Cursor = z.infer<typeof cursorSchema>

/** Where an operation begins: at its first named unit, or at the first list of its kind. */
export const firstCursor = ({ kind, scope }: Pick<Operation, 'kind' | 'scope'>): Cursor => {
  const [phase] = phasesOf[kind]
  return scope === 'named' || phase === undefined ? { page: 0, done: 0, attempt: 0 } : { page: 0, phase, attempt: 0 }
}

/** The beginning of the next list; undefined after the last. */
export const nextPhase = (kind: Operation['kind'], { page, phase }: Cursor): Cursor | undefined => {
  const phases = phasesOf[kind]
  const following = phase === undefined ? undefined : phases[phases.indexOf(phase) + 1]
  return following === undefined ? undefined : { page: page + 1, phase: following, attempt: 0 }
}

export const encodeCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url')

/** Throws on a text that no encodeCursor has made. */
export const decodeCursor = (text: string): Cursor =>
  cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
