/**
 * Whether the watchers see anything: an app that breaks a promise on purpose, and a history in which it shows. A minute or
 * two, so that they are played with `TWINSTREAM_LONG=1` only.
 */
import { describe, expect, it } from 'vitest'
import type { History } from './history.ts'
import { startLab } from './lab.ts'
import { play } from './play.ts'
import { trials } from './trials.ts'

describe.runIf(process.env.TWINSTREAM_LONG)('the watchers (minutes; set TWINSTREAM_LONG)', () => {
  it.each(trials)('$what', { timeout: 400_000 }, async ({ breaks, seen, deletes, steps }) => {
    const lab = await startLab(breaks)
    try {
      const history: History = { switches: {}, steps, ...(deletes === undefined ? {} : { deletes }) }
      const { failures } = await play(await lab.begin(history), history)
      expect(failures).toContainEqual(expect.stringMatching(seen))
    } finally {
      await lab.close()
    }
  })
})
