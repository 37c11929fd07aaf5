import { expect, test } from 'vitest'
import { type EventTypeName, eventTypeName, historyEvent } from '../../../../../local/host/durable/history.ts'
import { nextStep } from '../../../../../local/host/durable/inbox.ts'

const now = new Date(0)
const rows = (...entries: [EventTypeName, string | null][]) =>
  entries.map(([type, executionId], index) => ({
    seq: index + 1,
    executionId,
    event: historyEvent(type, now, type === 'ExecutionTerminated' ? { Input: 'why' } : {}),
  }))
const shape = (suspended: boolean, ...entries: [EventTypeName, string | null][]) => {
  const step = nextStep(suspended, 'x', rows(...entries))
  return [step.kind, step.events.map(event => eventTypeName(event.EventType)), step.consumed]
}

test('the start comes first, whatever came before it', () => {
  expect(shape(false, ['EventRaised', null], ['ExecutionStarted', 'x'])).toEqual([
    'run',
    ['ExecutionStarted', 'EventRaised'],
    [1, 2],
  ])
})

test('answers to an earlier execution are dropped', () => {
  expect(shape(false, ['TaskCompleted', 'old'], ['TaskCompleted', 'x'])).toEqual(['run', ['TaskCompleted'], [1, 2]])
})

test('while suspended only suspends and resumes are taken', () => {
  expect(shape(false, ['EventRaised', null], ['ExecutionSuspended', null])).toEqual([
    'suspend',
    ['ExecutionSuspended'],
    [2],
  ])
  expect(shape(true, ['EventRaised', null])).toEqual(['suspend', [], []])
  expect(shape(true, ['ExecutionResumed', null], ['ExecutionSuspended', null])).toMatchObject(['suspend', {}, [1, 2]])
})

test('a resume lets everything through, in order', () => {
  expect(shape(true, ['EventRaised', null], ['ExecutionResumed', null])).toEqual([
    'run',
    ['EventRaised', 'ExecutionResumed'],
    [1, 2],
  ])
})

test('a termination wins, also over a suspension', () => {
  expect(shape(true, ['EventRaised', null], ['ExecutionTerminated', null])).toEqual([
    'terminate',
    ['ExecutionTerminated'],
    [1, 2],
  ])
})
