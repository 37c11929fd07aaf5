import { expect, it } from 'vitest'
import { replicatePolicy } from '../../../../src/lib/durable/orchestrators/replicate-policy.ts'
import { sweepPages } from '../../../../src/lib/durable/orchestrators/sweep-pages.ts'
import { drive } from '../drive.ts'

const unit = { route: 'east>west', kind: 'contentKeyPolicy', name: 'p' } as const
const input = { unit, run: 1, key: 'k', n: 0, previous: '' }

it('P9: a policy costs one activity', () => {
  const driven = drive(replicatePolicy, input, () => ({ to: 'end', closed: 'idle' }))
  expect(driven.steps).toEqual([{ name: 'syncPolicy', input: { unit, run: 1, pass: 'k.0', previous: '' } }])
  expect(driven.continuedWith).toBeUndefined()
})

it('P3: a policy that was edited meanwhile is looked at again', () => {
  const driven = drive(replicatePolicy, input, () => ({ to: 'end', closed: 'again' }))
  expect(driven.continuedWith).toEqual({ ...input, n: 1, previous: 'k.0' })
})

it('waits out short throttling inside the run', () => {
  const driven = drive(replicatePolicy, input, (_name, _input, call) =>
    call === 1 ? { to: 'repeat', after: 1000 } : { to: 'end', closed: 'idle' },
  )
  expect(driven.steps.map(step => step.name)).toEqual(['syncPolicy', 'timer', 'syncPolicy'])
})

it('P9: a policy whose users take many lists goes on from step to step, in executions of bounded length', () => {
  const driven = drive(replicatePolicy, input, () => ({ to: 'repeat' }))
  expect(driven.steps.every(({ name }) => name === 'syncPolicy')).toBe(true)
  expect(driven.steps.length).toBeLessThan(200)
  expect(driven.continuedWith).toEqual({ ...input, n: 1, previous: 'k.0' })
})

it('a resync walks its pages by cursor, in executions of bounded length', () => {
  const pages: unknown[] = []
  let next: unknown = { operation: 'o' }
  for (let execution = 0; next !== undefined; execution += 1) {
    const driven = drive(sweepPages, next, (_name, page) => {
      pages.push(page)
      return pages.length < 100 ? { next: String(pages.length) } : {}
    })
    expect(driven.steps.length).toBeLessThan(200)
    next = driven.continuedWith
    expect(execution).toBeLessThan(10)
  }
  expect(pages.length).toBe(100)
  expect(pages[0]).toEqual({ operation: 'o' })
  expect(pages[99]).toEqual({ operation: 'o', cursor: '99' })
})

it('P3: a page of a resync that fails is tried again, later and later', () => {
  const driven = drive(sweepPages, { operation: 'o' }, (_name, _page, call) => {
    if (call <= 3) throw new Error('the ledger does not answer')
    return {}
  })
  expect(driven.output).toBe('done')
  expect(driven.steps.filter(step => step.name === 'timer').map(step => step.input)).toEqual([1000, 2000, 4000])
})

it('a page that never succeeds ends the resync in the end', () => {
  const failing = () =>
    drive(sweepPages, { operation: 'o' }, () => {
      throw new Error('the ledger does not answer')
    })
  expect(failing).toThrow('the ledger does not answer')
})
