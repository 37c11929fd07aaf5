/**
 * The ledger's transitions as the model drives them, and the same with one rule left out each: what DESIGN of the
 * ledger says must never be simplified.
 */

import type { UnitRow } from '../../src/lib/ledger/ledger.ts'
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
  /** Whether a write is followed by a check, and one that ends in trouble too. */
  readonly checksAfterWrite: boolean
  readonly checksAfterTrouble: boolean
  /** Whether an activity that begins and writes leaves a request where its begin is refused. */
  readonly refusalTells: boolean
  /** Whether the orphan check swaps only the row it had before it asked for the instance. */
  readonly keepsEtag: boolean
}

export const protocol: Protocol = {
  request: transitions.request,
  admit: transitions.admit,
  orphaned: transitions.orphaned,
  begin: passes.begin,
  check: passes.check,
  close: passes.close,
  passId,
  checksAfterWrite: true,
  checksAfterTrouble: true,
  refusalTells: true,
  keepsEtag: true,
}

/** A claim that is taken at its run alone, whichever pass it comes from. */
const runOnly = <C extends { readonly pass: string }>(row: UnitRow | undefined, claim: C): C => ({
  ...claim,
  pass: row?.pass ?? '',
})

/** Every begin, repeated or not, covers all that was asked for by then. */
const withNewestGeneration: Protocol['begin'] = (row, claim, previous, now, timing) => {
  const { answer, row: begun } = passes.begin(row, claim, previous, now, timing)
  if (answer.answer === 'refused' || begun === undefined) return { answer }
  return { answer: { ...answer, generation: begun.desired }, row: { ...begun, generation: begun.desired } }
}

export const mutants: Readonly<Record<string, Partial<Protocol>>> = {
  'a begin that only reads': {
    begin: (row, claim) =>
      row?.state === 'running' && row.run === claim.run
        ? { answer: { answer: 'begun', generation: row.desired } }
        : { answer: { answer: 'refused' } },
    check: (row, claim, ...rest) => passes.check(row, runOnly(row, claim), ...rest),
    close: (row, claim, ...rest) => passes.close(row, runOnly(row, claim), ...rest),
  },
  'a swap without the kept ETag': { keepsEtag: false },
  'restarting the same run': {
    orphaned: (row, instance, means) => {
      const change = transitions.orphaned(row, instance, means)
      if (change?.start === undefined) return change
      const { start } = change
      return {
        row: { ...change.row, run: row.run },
        start: { ...start, input: { ...start.input, run: row.run } },
      }
    },
  },
  'a pass number instead of an id': { passId: (_key, n) => `same.${n}` },
  'a check only before the write': { checksAfterWrite: false },
  'no check after a write that ended in trouble': { checksAfterTrouble: false },
  'a begin that is refused after an earlier execution wrote, and tells nobody': { refusalTells: false },
  'a refusal without a new request': {
    check: (row, claim, ...rest) => {
      const verdict = passes.check(row, claim, ...rest)
      return verdict.answer === 'lost' ? { answer: 'lost' } : verdict
    },
  },
  'a generation taken at close': {
    close: (row, claim, _generation, ...rest) => passes.close(row, claim, row?.desired ?? 0, ...rest),
  },
  'a generation kept on the row': {
    begin: withNewestGeneration,
    close: (row, claim, generation, ...rest) => passes.close(row, claim, row?.generation ?? generation, ...rest),
  },
  'a repeated begin that covers more than the first': { begin: withNewestGeneration },
  'no patience with a run that only says it is alive': {
    orphaned: (row, instance, means) =>
      instance === 'running' ? undefined : transitions.orphaned(row, instance, means),
  },
  'a close that forgets what was asked for meanwhile': {
    close: (row, claim, generation, ...rest) => {
      const verdict = passes.close(row, claim, generation, ...rest)
      if (verdict.answer !== 'again' || verdict.row === undefined) return verdict
      return { answer: 'idle', row: { ...verdict.row, state: 'idle', slot: '', pass: '' } }
    },
  },
}
