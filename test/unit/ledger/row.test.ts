import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { detailLength, fromColumns, toColumns } from '../../../src/lib/ledger/row.ts'
import { newRow } from '../../../src/lib/ledger/transitions.ts'
import { rows } from './arbitrary-rows.ts'

const row = newRow({ route: 'east>west', kind: 'asset', name: 'Film' }, { reason: 'jobFinished' })

describe('a row in the table', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(rows, one => {
        expect(fromColumns(toColumns(one))).toEqual(one)
      }),
    )
  })

  it('gives what is absent as empty text, so that merging leaves nothing of what was', () => {
    const absent = { outcome: '', code: '', detail: '', requestedBy: '', lease: '', startedAt: '', dueAt: '' }
    expect(toColumns(row)).toMatchObject({ ...absent, requestedAt: '', inSyncAt: '', finishedAt: '', facts1: '' })
  })

  it('tells who asked, in a hundred characters', () => {
    const requestedBy = 'x'.repeat(200)
    expect(fromColumns(toColumns({ ...row, requestedBy: 'ops' }))?.requestedBy).toBe('ops')
    expect(fromColumns(toColumns({ ...row, requestedBy }))?.requestedBy).toBe(`${'x'.repeat(99)}…`)
  })

  it('keeps every text below the limit of a column', () => {
    const locators = Array.from({ length: 100 }, (_, index) => `${index}-${'ü'.repeat(257)}`)
    const long = { ...row, detail: '🎬'.repeat(5000), facts: { locators, filters: locators } }
    const columns = toColumns(long)
    for (const value of Object.values(columns)) expect(String(value).length).toBeLessThan(32_768)
    const read = fromColumns(columns)
    expect(read?.facts).toEqual(long.facts)
    expect(read?.detail?.length).toBeLessThanOrEqual(detailLength)
    expect(read?.detail?.endsWith('🎬…')).toBe(true)
    expect(read?.detail?.isWellFormed()).toBe(true)
  })

  it('refuses facts that would not fit, rather than to lose what is ours', () => {
    const facts = { locators: [`${'x'.repeat(250_000)}`] }
    expect(() => toColumns({ ...row, facts })).toThrow(/facts of 25\d{4} characters does not fit/)
  })

  it('leaves nothing of longer facts behind when it is merged over them', () => {
    const before = toColumns({ ...row, facts: { locators: ['x'.repeat(100_000)] } })
    const after = toColumns({ ...row, facts: { owner: 'made' } })
    expect(fromColumns({ ...before, ...after })?.facts).toEqual({ owner: 'made' })
  })
})

describe('a row of another release', () => {
  it('is read with defaults for what is missing, and without what is unknown', () => {
    const { partitionKey, rowKey, kind, name } = toColumns(row)
    expect(fromColumns({ partitionKey, rowKey, kind, name, someday: 1 })).toEqual({ ...row, reason: 'retry' })
  })

  it('is left alone when its kind is unknown', () => {
    expect(fromColumns({ ...toColumns(row), kind: 'liveEvent' })).toBeUndefined()
  })

  it.each(['null', '7', '"text"', '[]', '{'])('is read where its facts are %s', json => {
    expect(fromColumns({ ...toColumns(row), facts: json, permissions: json })).toMatchObject({
      facts: {},
      permissions: {},
    })
    expect(fromColumns({ ...toColumns(row), facts: json })?.facts).toEqual({})
  })

  it.each(['7', Number.NaN, Number.POSITIVE_INFINITY, null])('counts a number that is %s as none', run => {
    expect(fromColumns({ ...toColumns(row), run })?.run).toBe(0)
  })

  it.each([7, new Date(7), null])('takes %s for no time', dueAt => {
    expect(fromColumns({ ...toColumns(row), dueAt, lease: dueAt })).not.toHaveProperty('dueAt')
    expect(fromColumns({ ...toColumns(row), lease: dueAt })?.lease).toBe(0)
  })

  it('is read where its code, outcome, facts or times make no sense here', () => {
    const odd = { code: 'NewCode', outcome: 'new', reason: 'new', facts: '{"owner"', permissions: '[1]', dueAt: 'soon' }
    const read = fromColumns({ ...toColumns(row), ...odd })
    expect(read).toMatchObject({ code: 'Unexpected', reason: 'retry', facts: {}, permissions: {} })
    expect(read).not.toHaveProperty('outcome')
    expect(read).not.toHaveProperty('dueAt')
  })
})
