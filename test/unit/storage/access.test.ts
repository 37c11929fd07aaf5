import { expect, test } from 'vitest'
import { Secret } from '../../../src/lib/secret.ts'
import { renewedSasContainer } from '../../../src/lib/storage/access.ts'
import type { Access } from '../../../src/lib/storage/ports.ts'

const minute = 60_000
const queryOf = (access: Access) => (access.kind === 'sas' ? access.query.reveal() : '')

/** An account whose addresses live for an hour. */
const start = (se = (now: number) => `&se=${new Date(now + 60 * minute).toISOString()}`) => {
  const state = { now: Date.UTC(2026, 0, 1), asked: 0 }
  const getAddress = async () =>
    new Secret(`https://store.blob.core.windows.net/asset?sig=${++state.asked}${se(state.now)}`)
  return { state, container: renewedSasContainer(getAddress, () => state.now) }
}

test('P3: a SAS is renewed before it ends, once for all requests of the moment', async () => {
  const { state, container: opening } = start()
  const container = await opening
  expect(container.url).toBe('https://store.blob.core.windows.net/asset')
  state.now += 49 * minute
  expect(queryOf(await container.access())).toMatch(/^sig=1&/)
  state.now += 2 * minute
  const renewed = await Promise.all([container.access(), container.access(), container.access()])
  expect(renewed.map(queryOf)).toEqual(Array(3).fill(expect.stringMatching(/^sig=2&/)))
  state.now += 30 * minute
  expect(queryOf(await container.access())).toMatch(/^sig=2&/)
  expect(state.asked).toBe(2)
})

test('a SAS that does not say when it ends is kept', async () => {
  const { state, container: opening } = start(() => '&si=policy')
  const container = await opening
  state.now += 365 * 24 * 60 * minute
  expect(queryOf(await container.access())).toBe('sig=1&si=policy')
})

test('a renewal that fails is tried again by the next request', async () => {
  const now = { at: 0 }
  const addresses = ['https://s/a?sig=1&se=1970-01-01T01:00:00Z', '', 'https://s/a?sig=3&se=1970-01-01T03:00:00Z']
  const container = await renewedSasContainer(
    async () => {
      const next = addresses.shift()
      if (!next) throw new Error('no answer')
      return new Secret(next)
    },
    () => now.at,
  )
  now.at = 60 * minute
  await expect(container.access()).rejects.toThrow('no answer')
  expect(queryOf(await container.access())).toMatch(/^sig=3&/)
})
