/** The ledger's transitions as the model drives them, and the rules that activities and the orphan check keep. */
import * as passes from '../../src/lib/ledger/pass-transitions.ts'
import * as transitions from '../../src/lib/ledger/transitions.ts'
import { passId } from '../../src/lib/model.ts'

export interface Protocol {
  readonly request: typeof transitions.request
  readonly admit: typeof transitions.admit
  readonly orphaned: typeof transitions.orphaned
  readonly begin: typeof passes.begin
  readonly check: typeof passes.check
  readonly close: typeof passes.close
  readonly passId: typeof passId
  /** Whether a pass begins before it reads. */
  readonly beginsFirst: boolean
  /** Whether a write is preceded by a check. */
  readonly checksBeforeWrite: boolean
  /** Whether a write is followed by a check, and one that ends in trouble too. */
  readonly checksAfterWrite: boolean
  readonly checksAfterTrouble: boolean
  /** Whether an activity that begins and writes leaves a request where its begin is refused. */
  readonly refusalTells: boolean
  /** Whether the orphan check swaps only the row it had before it asked for the instance. */
  readonly keepsEtag: boolean
  /** Whether who has lost the row never gets it back, which the canonical form of a state counts on. */
  readonly refusesForGood: boolean
}

export const protocol: Protocol = {
  request: transitions.request,
  admit: transitions.admit,
  orphaned: transitions.orphaned,
  begin: passes.begin,
  check: passes.check,
  close: passes.close,
  passId,
  beginsFirst: true,
  checksBeforeWrite: true,
  checksAfterWrite: true,
  checksAfterTrouble: true,
  refusalTells: true,
  keepsEtag: true,
  refusesForGood: true,
}
