import type { Facts, Permissions } from '../ledger/ledger.ts'
import type { Outcome, Unit } from '../model.ts'
import type { Deletes } from './deletes.ts'
import type { Pair } from './pair.ts'
import { Stop } from './trouble.ts'

/** What is known and allowed, and how to write. */
export interface PolicyInput {
  readonly facts: Facts
  readonly permissions: Permissions
  /** Called before anything is written: throws where the pass has lost its row; absent when only reporting. */
  readonly mayWrite?: (facts: Facts) => Promise<void>
  /** A change of the target by somebody else waits for a decision. */
  readonly guarded?: boolean
  /** Absent where nothing may be deleted. */
  readonly deletes?: Deletes
  /** Asks for what must be in sync first; answers what there is to wait for. */
  readonly waitFor?: (units: readonly Unit[]) => Promise<Outcome | undefined>
}

export interface PolicyResult {
  readonly outcome: Outcome
  readonly facts: Facts
  /** What differs, or differed. */
  readonly changes: readonly string[]
}

export const inSync: Outcome = { outcome: 'inSync' }
export const missing = (pair: Pair, unit: Unit): PolicyResult => ({
  outcome: { outcome: 'blocked', code: 'SourceMissing', detail: `No ${unit.kind} ${unit.name} in ${pair.route.from}.` },
  facts: {},
  changes: [],
})

/**
 * What the row says of whose the target's object is holds for that very object: one that was deleted and made again by
 * somebody else has another identity, and is theirs.
 *
 * @param identity of the target's object, e.g. its policy id; the row keeps it at the start of `targetMark`.
 */
export const ofThis = (input: PolicyInput, identity: string | undefined): PolicyInput => {
  const { owner, ...facts } = input.facts
  const other = identity !== undefined && facts.targetMark !== undefined && !facts.targetMark.startsWith(`${identity}/`)
  return owner !== undefined && other ? { ...input, facts } : input
}

/** Whether the target's object may be changed; an equal one that is not ours is left alone. */
export const owns = (input: PolicyInput, exists: boolean) =>
  !exists || input.facts.owner === 'made' || input.facts.owner === 'adopted' || input.permissions.adopt === true

const ownership = (input: PolicyInput, existed: boolean): NonNullable<Facts['owner']> => {
  if (input.facts.owner === 'made' || input.facts.owner === 'adopted') return input.facts.owner
  if (!existed) return 'made'
  return input.permissions.adopt === true ? 'adopted' : 'matched'
}

/** Reads back, so that a value the service does not keep is reported once and not rewritten for ever. */
const proven = (unit: Unit, fields: readonly string[]) => {
  if (fields.length > 0)
    throw new Stop({ outcome: 'blocked', code: 'NotRepresentable', detail: `${unit.name}: ${fields.join(', ')}` })
}

export interface Sync {
  readonly unit: Unit
  readonly exists: boolean
  readonly differs: readonly string[]
  readonly facts?: Facts
  write(): Promise<void>
  /** Fields that still differ. */
  readBack(): Promise<readonly string[]>
}

/** The road that all policies share once both sides are read. */
export const settle = async (input: PolicyInput, sync: Sync): Promise<PolicyResult> => {
  const changes = sync.exists ? sync.differs : ['it is missing']
  const facts: Facts = { ...input.facts, ...sync.facts, owner: ownership(input, sync.exists) }
  if (sync.exists && sync.differs.length === 0) return { outcome: inSync, facts, changes: [] }
  if (!owns(input, sync.exists)) {
    return {
      outcome: { outcome: 'blocked', code: 'TargetNotOurs', detail: sync.differs.join(', ') },
      facts: input.facts,
      changes,
    }
  }
  if (input.mayWrite === undefined) return { outcome: inSync, facts, changes }
  await input.mayWrite(facts)
  await sync.write()
  proven(sync.unit, await sync.readBack())
  return { outcome: inSync, facts, changes }
}
