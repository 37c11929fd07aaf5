import { expect, it } from 'vitest'
import { Budget } from '../../../src/lib/media/budget.ts'

const call = (account: string, bucket: string, left: number, operation = 'assets.get') => ({
  account,
  operation,
  remaining: { bucket, left },
})

it.each([
  ['subscription-reads', 4801, 4799],
  ['subscription-writes', 481, 479],
  ['subscription-resource-requests', 4801, 4799],
] as const)('P9: bulk work leaves 40 of 100 calls of %s', (bucket, enough, low) => {
  const budget = new Budget(() => 1000, 600)
  budget.note(call('east', bucket, enough))
  expect(budget.heldUntil(['east'], 'bulk')).toBeUndefined()
  budget.note(call('east', bucket, low))
  expect(budget.heldUntil(['east', 'west'], 'bulk')).toBe(1600)
  expect(budget.heldUntil(['east'], 'event')).toBeUndefined()
  expect(budget.heldUntil(['west'], 'bulk')).toBeUndefined()
})

it('P9: the secrets of policies have a smaller limit under the name of another', () => {
  const budget = new Budget(() => 1000, 600)
  budget.note(call('east', 'subscription-resource-requests', 2999, 'contentKeyPolicies.getPolicyPropertiesWithSecrets'))
  expect(budget.heldUntil(['east'], 'bulk')).toBeUndefined()
  budget.note(call('east', 'subscription-resource-requests', 1100, 'contentKeyPolicies.getPolicyPropertiesWithSecrets'))
  expect(budget.heldUntil(['east'], 'bulk')).toBe(1600)
})

it('after the wait one more look is taken, since only an answer can tell that there is more again', () => {
  let now = 1000
  const budget = new Budget(() => now, 600)
  budget.note(call('east', 'subscription-writes', 1))
  now = 1600
  expect(budget.heldUntil(['east'], 'event')).toBeUndefined()
})
