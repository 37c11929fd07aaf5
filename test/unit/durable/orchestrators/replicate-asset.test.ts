import { describe, expect, it } from 'vitest'
import { replicateAsset } from '../../../../src/lib/durable/orchestrators/replicate-asset.ts'
import type { Plan } from '../../../../src/lib/durable/steps.ts'
import { drive } from '../drive.ts'

const unit = { route: 'east>west', kind: 'asset', name: 'city' } as const
const input = { unit, run: 3, key: 'k', n: 0, previous: '' }
const source = { storageAccount: 'eaststore', container: 'asset-1' }
const target = { storageAccount: 'weststore', container: 'asset-1' }
const plan: Plan = {
  generation: 7,
  withdraw: [],
  work: { owner: 'made', source, listing: 'd', locators: ['l'], live: false },
}
const next = (result: unknown) => ({ to: 'next', result })
const happy: Record<string, unknown> = {
  surveyAsset: next(plan),
  withdrawLocators: next({}),
  prepareTwin: next(target),
  copyFiles: next(true),
  publishTwin: next(true),
  closeRun: 'idle',
}
const names = (driven: ReturnType<typeof drive>) => driven.steps.map(step => step.name)

describe('replicateAsset', () => {
  it('P9: copies a new asset in five activities', () => {
    const driven = drive(replicateAsset, input, name => happy[name])
    expect(names(driven)).toEqual(['surveyAsset', 'prepareTwin', 'copyFiles', 'publishTwin', 'closeRun'])
    expect(driven.steps.at(-1)?.input).toEqual({
      unit,
      run: 3,
      pass: 'k.0',
      generation: 7,
      outcome: { outcome: 'inSync' },
    })
    expect(driven.continuedWith).toBeUndefined()
  })

  it('P10: a wave of deletes stops the withdrawal, and nothing else of the pass', () => {
    const outcome = { outcome: 'blocked', code: 'DeleteWave' } as const
    const driven = drive(replicateAsset, input, name => {
      if (name === 'surveyAsset') return next({ ...plan, withdraw: ['l'] })
      return name === 'withdrawLocators' ? next({ afterwards: outcome }) : happy[name]
    })
    expect(names(driven)).toEqual([
      'surveyAsset',
      'withdrawLocators',
      'prepareTwin',
      'copyFiles',
      'publishTwin',
      'closeRun',
    ])
    expect(driven.steps.at(-1)?.input).toMatchObject({ outcome })
  })

  it('P10: deletes a twin whose time is over, after its locators', () => {
    const gone: Plan = { generation: 7, withdraw: ['l'], remove: true }
    const driven = drive(replicateAsset, input, name =>
      name === 'surveyAsset' ? next(gone) : (happy[name] ?? next(true)),
    )
    expect(names(driven)).toEqual(['surveyAsset', 'withdrawLocators', 'removeTwin', 'closeRun'])
    expect(driven.steps.at(-1)?.input).toMatchObject({ outcome: { outcome: 'inSync' } })
  })

  it('P9: ends after the survey that has closed the row itself', () => {
    const driven = drive(replicateAsset, input, () => ({ to: 'end', closed: 'idle' }))
    expect(names(driven)).toEqual(['surveyAsset'])
    expect(driven.output).toBe('idle')
  })

  it('P3: goes on as the next pass of the same run when more was asked for', () => {
    const driven = drive(replicateAsset, input, name => (name === 'closeRun' ? 'again' : happy[name]))
    expect(driven.continuedWith).toEqual({ ...input, n: 1, previous: 'k.0' })
  })

  it.each(['prepareTwin', 'copyFiles', 'publishTwin'])(
    'P3: a pass that lost its row in %s does nothing more',
    lostIn => {
      const driven = drive(replicateAsset, input, name =>
        name === lostIn ? { to: 'end', closed: 'ignored' } : happy[name],
      )
      expect(names(driven).at(-1)).toBe(lostIn)
      expect(driven.continuedWith).toBeUndefined()
    },
  )

  it('P10: withdraws first, even when nothing else can be done', () => {
    const blocked = { outcome: 'blocked', code: 'StorageNotMapped' }
    const answers = { ...happy, surveyAsset: next({ generation: 7, withdraw: ['old'], afterwards: blocked }) }
    const driven = drive(replicateAsset, input, name => answers[name as keyof typeof answers])
    expect(names(driven)).toEqual(['surveyAsset', 'withdrawLocators', 'closeRun'])
    expect(driven.steps.at(-1)?.input).toMatchObject({ outcome: blocked })
  })

  it('P2: never publishes while the copy says that something is left', () => {
    const driven = drive(replicateAsset, input, (name, _input, call) =>
      name === 'copyFiles' && call < 4 ? { to: 'repeat' } : happy[name],
    )
    expect(names(driven)).toEqual([
      'surveyAsset',
      'prepareTwin',
      ...Array(4).fill('copyFiles'),
      'publishTwin',
      'closeRun',
    ])
  })

  it('waits out what a step asks for and tells the step how long it has waited', () => {
    const driven = drive(replicateAsset, input, (name, _input, call) =>
      name === 'publishTwin' && call < 3 ? { to: 'repeat', after: 500 } : happy[name],
    )
    const publishing = driven.steps.filter(step => step.name === 'publishTwin' || step.name === 'timer')
    expect(
      publishing.map(step => (step.name === 'timer' ? step.input : (step.input as { waited: number }).waited)),
    ).toEqual([0, 500, 500, 500, 1000])
  })

  it('keeps the history of one execution below its limit', () => {
    const driven = drive(replicateAsset, input, name => (name === 'copyFiles' ? { to: 'repeat' } : happy[name]))
    expect(driven.steps.length).toBeLessThan(200)
    expect(driven.continuedWith).toMatchObject({ n: 1, previous: 'k.0' })
  })
})
