/** A player in region B that reads every file of a title again and again, and says what it met. */
import { setImmediate as soon } from 'node:timers/promises'
import type { Stack } from '../../../local/stack/stack.ts'
import { blobAddress } from '../support.ts'

export interface Watched {
  /** What whole readings met, each change once: the version of all files, or `mixed`. */
  readonly readings: readonly string[]
  /** Milliseconds from the last reading of one version to the first of the next, mixed ones between. */
  readonly mixed: number
}

/**
 * The version of a file is its first comment. The reading goes on until it is stopped, and then once more.
 * @param parts names of files that are there.
 */
export const readingPlayer = (stack: Stack, asset: string, parts: readonly string[]) => {
  const readings: { readonly at: number; readonly version: string }[] = []
  let stopped = false
  const read = async (addresses: readonly string[]) => {
    const texts = await Promise.all(addresses.map(async address => (await fetch(address)).text()))
    const versions = new Set(texts.map(text => /<!--(\w+)-->/.exec(text)?.[1] ?? ''))
    readings.push({ at: performance.now(), version: versions.size === 1 ? ([...versions][0] ?? '') : 'mixed' })
  }
  const reading = (async () => {
    const addresses = await Promise.all(parts.map(part => blobAddress(stack, 'west', asset, part, 'Read')))
    while (!stopped) {
      await read(addresses)
      await soon()
    }
    await read(addresses)
  })()
  return {
    async stopped(): Promise<Watched> {
      stopped = true
      await reading
      const changes = readings.filter(({ version }, index) => version !== readings[index - 1]?.version)
      const burst = changes.filter(({ version }) => version === 'mixed')
      const first = burst[0]?.at
      const after = readings.find(({ at, version }) => first !== undefined && at > first && version !== 'mixed')?.at
      return {
        readings: changes.map(({ version }) => version),
        mixed: first === undefined || after === undefined ? 0 : after - first,
      }
    },
  }
}
