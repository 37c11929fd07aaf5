/**
 * The protocol with one rule of the ledger left out each: what must never be simplified. Beside each the least that
 * must happen for the rule to be missed.
 */
import type { UnitRow } from '../../src/lib/ledger/ledger.ts'
import * as passes from '../../src/lib/ledger/pass-transitions.ts'
import * as transitions from '../../src/lib/ledger/transitions.ts'
import type { Protocol } from './protocol.ts'
import type { Bounds, Fault } from './state.ts'

interface Mutant {
  readonly without: Partial<Protocol>
  readonly changes: number
  /** These together, once each. */
  readonly faults: readonly Fault[]
  readonly kind?: Bounds['kind']
  readonly rivals?: number
}

type Row = UnitRow | undefined

/** A claim that is taken at its run alone, whichever pass it comes from. */
const runOnly = <C extends { readonly pass: string }>(row: Row, claim: C): C => ({ ...claim, pass: row?.pass ?? '' })

/** Every begin, repeated or not, covers all that was asked for by then. */
const withNewestGeneration: Protocol['begin'] = (...all) => {
  const { answer, row: begun } = passes.begin(...all)
  if (answer.answer === 'refused' || begun === undefined) return { answer }
  return { answer: { ...answer, generation: begun.desired }, row: { ...begun, generation: begun.desired } }
}

const neverDue = (row: UnitRow): UnitRow => {
  const { dueAt: _, ...never } = row
  return { ...never, marker: '' }
}

const begin: Readonly<Record<string, Mutant>> = {
  'a begin that only reads': {
    changes: 2,
    faults: ['double'],
    without: {
      begin: (row, claim) =>
        row?.state === 'running' && row.run === claim.run
          ? { answer: { answer: 'begun', generation: row.desired } }
          : { answer: { answer: 'refused' } },
      check: (row, claim, ...rest) => passes.check(row, runOnly(row, claim), ...rest),
      close: (row, claim, ...rest) => passes.close(row, runOnly(row, claim), ...rest),
    },
  },
  'a begin after the reading': { changes: 2, faults: [], without: { beginsFirst: false } },
  'a begin that does not ask whom it follows': {
    changes: 1,
    faults: ['failedInstance'],
    without: { begin: (row, claim, _previous, ...rest) => passes.begin(row, claim, row?.pass ?? '', ...rest) },
  },
  'a repeated begin that covers more than the first': {
    changes: 2,
    faults: ['double'],
    without: { begin: withNewestGeneration },
  },
  'a pass number instead of an id': {
    changes: 1,
    faults: ['failedInstance'],
    without: { passId: (_key, n) => `same.${n}` },
  },
  'the same key for every start': {
    changes: 1,
    faults: ['failedInstance'],
    without: {
      request: (row, unit, asked, means) => transitions.request(row, unit, asked, { ...means, key: 'k0' }),
      admit: (row, means) => transitions.admit(row, { ...means, key: 'k0' }),
      orphaned: (row, instance, means) => transitions.orphaned(row, instance, { ...means, key: 'k0' }),
    },
  },
}

const check: Readonly<Record<string, Mutant>> = {
  'no check before the write': { changes: 1, faults: ['slow'], without: { checksBeforeWrite: false } },
  'a check only before the write': { changes: 2, faults: ['double'], without: { checksAfterWrite: false } },
  'no check after a write that ended in trouble': {
    changes: 2,
    faults: ['double', 'trouble'],
    without: { checksAfterTrouble: false },
  },
  'a check of the run alone': {
    changes: 2,
    faults: ['double'],
    without: {
      check: (row, claim, ...rest) => passes.check(row, runOnly(row, claim), ...rest),
      refusesForGood: false,
    },
  },
  'a refusal without a new request': {
    changes: 2,
    faults: ['double'],
    without: {
      check: (...all) => {
        const verdict = passes.check(...all)
        return verdict.answer === 'lost' ? { answer: 'lost' } : verdict
      },
    },
  },
  'a begin that is refused after an earlier execution wrote, and tells nobody': {
    changes: 2,
    faults: ['double', 'crash'],
    without: { refusalTells: false },
  },
}

const close: Readonly<Record<string, Mutant>> = {
  'a generation taken at close': {
    changes: 2,
    faults: [],
    without: {
      close: (row, claim, _generation, ...rest) => passes.close(row, claim, row?.desired ?? 0, ...rest),
    },
  },
  'a generation kept on the row': {
    changes: 2,
    faults: ['double'],
    without: {
      begin: withNewestGeneration,
      close: (row, claim, generation, ...rest) => passes.close(row, claim, row?.generation ?? generation, ...rest),
    },
  },
  'a close that forgets what was asked for meanwhile': {
    changes: 2,
    faults: [],
    without: {
      close: (...all) => {
        const verdict = passes.close(...all)
        if (verdict.answer !== 'again' || verdict.row === undefined) return verdict
        return { answer: 'idle', row: { ...verdict.row, state: 'idle', slot: '', pass: '' } }
      },
    },
  },
  'a close that keeps the slot': {
    changes: 1,
    faults: [],
    without: {
      close: (row, ...rest) => {
        const verdict = passes.close(row, ...rest)
        return verdict.row === undefined ? verdict : { ...verdict, row: { ...verdict.row, slot: row?.slot ?? '' } }
      },
    },
  },
  'a failure that is not tried again': {
    changes: 1,
    faults: ['trouble'],
    without: {
      close: (...all) => {
        const verdict = passes.close(...all)
        return verdict.answer === 'idle' && verdict.row !== undefined
          ? { ...verdict, row: neverDue(verdict.row) }
          : verdict
      },
    },
  },
}

const start: Readonly<Record<string, Mutant>> = {
  'a request that is not counted during a run': {
    changes: 2,
    faults: [],
    without: {
      request: (row, ...rest) => {
        const change = transitions.request(row, ...rest)
        return row?.state === 'running' ? { ...change, row: { ...change.row, desired: row.desired } } : change
      },
    },
  },
  'a request that is neither started nor due': {
    changes: 1,
    faults: [],
    without: {
      request: (...all) => {
        const change = transitions.request(...all)
        return change.row.state === 'running' ? change : { row: neverDue(change.row) }
      },
    },
  },
  'a request that starts without a free slot': {
    changes: 1,
    faults: [],
    rivals: 1,
    without: {
      request: (row, unit, asked, means) => transitions.request(row, unit, asked, { ...means, slot: 's.0' }),
    },
  },
  'an admission without a free slot': {
    changes: 1,
    faults: [],
    rivals: 1,
    without: { admit: (row, means) => transitions.admit(row, { ...means, slot: 's.0' }) },
  },
  'an admission that starts nothing': {
    changes: 1,
    faults: [],
    without: { admit: (row, means) => (row.state === 'running' ? transitions.admit(row, means) : undefined) },
  },
  'a start that nobody repeats': {
    changes: 1,
    faults: ['failedStart'],
    without: {
      request: (row, ...rest) => {
        const change = transitions.request(row, ...rest)
        return row?.state === 'running' ? { row: { ...change.row, lease: row.lease } } : change
      },
      admit: (row, means) => (row.state === 'running' ? undefined : transitions.admit(row, means)),
      orphaned: (row, ...rest) => (row.pass === '' ? undefined : transitions.orphaned(row, ...rest)),
    },
  },
}

const orphan: Readonly<Record<string, Mutant>> = {
  'a swap without the kept ETag': { changes: 1, faults: [], without: { keepsEtag: false } },
  'restarting the same run': {
    changes: 1,
    faults: ['hungInstance'],
    without: {
      orphaned: (row, instance, means) => {
        const change = transitions.orphaned(row, instance, means)
        if (change?.start === undefined) return change
        const { start: made } = change
        return {
          row: { ...change.row, run: row.run },
          start: { ...made, input: { ...made.input, run: row.run } },
        }
      },
    },
  },
  'no patience with a run that only says it is alive': {
    kind: 'asset',
    changes: 1,
    faults: ['hungInstance'],
    without: {
      orphaned: (row, instance, means) =>
        instance === 'running' ? undefined : transitions.orphaned(row, instance, means),
    },
  },
}

export const mutants: Readonly<Record<string, Mutant>> = { ...begin, ...check, ...close, ...start, ...orphan }
