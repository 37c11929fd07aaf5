const ledger = (...names: readonly string[]) => names.map(name => `test/unit/ledger/${name}.test.ts`)
const comparison = [
  'test/unit/media/canonical.test.ts',
  'test/unit/media/compare.test.ts',
  'test/unit/media/compare-shapes.test.ts',
]

/** Pure source files, and the tests that have to notice mistakes in them: only such as need no storage and no host. */
export const targets: Readonly<Record<string, readonly string[]>> = {
  'src/lib/ledger/transitions.ts': ledger('transitions'),
  'src/lib/ledger/pass-transitions.ts': ledger('transitions'),
  'src/lib/ledger/backoff.ts': ledger('backoff', 'transitions'),
  'src/lib/ledger/delete-limit.ts': ledger('delete-limit'),
  'src/lib/ledger/facts.ts': ledger('facts'),
  'src/lib/ledger/forgettable.ts': ledger('forgettable'),
  'src/lib/ledger/keys.ts': ledger('keys'),
  'src/lib/ledger/markers.ts': ledger('markers', 'transitions'),
  'src/lib/ledger/row.ts': ledger('row'),
  'src/lib/ledger/text-columns.ts': ledger('text-columns'),
  'src/lib/media/canonical.ts': comparison,
  'src/lib/media/compare.ts': comparison,
  'src/lib/media/differences.ts': comparison,
  'src/lib/replicate/fact-changes.ts': ['test/unit/replicate/fact-changes.test.ts'],
  'src/lib/storage/own-files.ts': ['test/unit/storage/own-files.test.ts'],
  'src/lib/storage/diff.ts': ['test/unit/storage/diff.test.ts'],
}
