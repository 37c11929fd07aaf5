/**
 * What only calls of the scarcest limit tell, kept for a while, so that whoever asks every minute does not use that limit
 * up (P9): paths of locators as long as they play, and which keys were found equal to those of their locators.
 */
import { createHash } from 'node:crypto'
import type { StreamingPath } from '../../media/delivery.ts'
import type { Locator } from '../../media/resources.ts'
import type { Clock } from '../../model.ts'

export interface Remembered {
  paths(locator: Locator): readonly StreamingPath[] | undefined
  /** @param paths undefined forgets them: they do not play any more. */
  setPaths(locator: Locator, paths: readonly StreamingPath[] | undefined): void
  /** Whether this value was found to be a key of the locator. */
  isProven(locator: Locator, value: Uint8Array): boolean
  setProven(locator: Locator, value: Uint8Array): void
}

/** Locators are never changed: one that was made anew under its name has another time. */
const identityOf = ({ name, streamingLocatorId, created }: Locator): string =>
  `${name.toLowerCase()} ${streamingLocatorId} ${created}`

/** Digests only, in memory: a value goes nowhere (P6). */
const digestOf = (value: Uint8Array): string => createHash('sha256').update(value).digest('base64')

/** @param milliseconds so long is what was found good. */
const keptMap = <T>(clock: Clock, milliseconds: number) => {
  const kept = new Map<string, { readonly at: number; readonly value: T }>()
  const isGood = ({ at }: { readonly at: number }): boolean => clock() - at < milliseconds
  return {
    get(key: string): T | undefined {
      const found = kept.get(key)
      return found !== undefined && isGood(found) ? found.value : undefined
    },
    set(key: string, value: T | undefined): void {
      for (const [old, entry] of kept) if (old === key || !isGood(entry)) kept.delete(old)
      if (value !== undefined) kept.set(key, { at: clock(), value })
    },
  }
}

export const remembering = (clock: Clock, milliseconds: number): Remembered => {
  const paths = keptMap<readonly StreamingPath[]>(clock, milliseconds)
  const proven = keptMap<true>(clock, milliseconds)
  return {
    paths: locator => paths.get(identityOf(locator)),
    setPaths: (locator, found) => paths.set(identityOf(locator), found),
    isProven: (locator, value) => proven.get(`${identityOf(locator)} ${digestOf(value)}`) === true,
    setProven: (locator, value) => proven.set(`${identityOf(locator)} ${digestOf(value)}`, true),
  }
}
