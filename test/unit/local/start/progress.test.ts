import { describe, expect, it } from 'vitest'
import type { UnitView } from '../../../../local/stack/host-api.ts'
import { unitLine, untilInSync } from '../../../../local/start/progress.ts'

const unit = (more: Partial<UnitView>): UnitView => ({
  kind: 'asset',
  name: 'film',
  state: 'idle',
  pending: false,
  run: 1,
  observed: 1,
  facts: {},
  ...more,
})
const inSync = unit({ outcome: 'inSync', facts: { blobs: 10, bytes: 730_216, millisecondsCopying: 85 } })

/** Shows one state after the other, the last for ever. */
const showing = (...states: readonly (UnitView | undefined)[]) => {
  const left = [...states]
  return { unit: async () => (left.length > 1 ? left.shift() : left[0]) }
}

const wanted = [{ kind: 'asset', name: 'film' }]

describe('untilInSync', () => {
  it('waits until nothing is running or pending, and says each change once', async () => {
    const lines: string[] = []
    const running = unit({ state: 'running', pending: true })
    const api = showing(undefined, running, running, unit({ outcome: 'inSync', pending: true }), inSync)
    const units = await untilInSync(api, 'a>b', wanted, line => lines.push(line), new AbortController().signal)
    expect(units).toEqual([inSync])
    expect(lines).toEqual([
      'west: asset film is being made a twin',
      'west: asset film is in sync, to be looked at again',
      'west: asset film is in sync (10 files, 730 kB, copied in 85 ms)',
    ])
  })

  it('says how far a copy is once something is there', async () => {
    const running = (blobs: number, bytes: number) =>
      unit({ state: 'running', copying: { blobs, ofBlobs: 10, bytes, ofBytes: 730_216 } })
    expect(unitLine(running(0, 0))).toBe('west: asset film is being made a twin')
    expect(unitLine(running(4, 512_345))).toBe('west: asset film is being made a twin: 4 of 10 files, 512 of 730 kB')
    const timed = {
      blobs: 4,
      ofBlobs: 10,
      bytes: 1_000,
      ofBytes: 9_000,
      bytesPerSecond: 2_400,
      eta: '2026-01-02T03:04:05.678Z',
    }
    expect(unitLine(unit({ state: 'running', copying: timed }))).toMatch(/1 of 9 kB, 2 kB\/s, done at 03:04:05 UTC$/)
  })

  it('does not take a blocked unit for done', async () => {
    const lines: string[] = []
    const controller = new AbortController()
    const blocked = showing(unit({ outcome: 'blocked', code: 'StorageNotMapped', detail: 'x' }))
    const waiting = untilInSync(
      blocked,
      'a>b',
      wanted,
      line => {
        lines.push(line)
        controller.abort()
      },
      controller.signal,
    )
    await expect(waiting).rejects.toThrow('abort')
    expect(lines).toEqual(['west: asset film is blocked: StorageNotMapped (x)'])
  })
})

describe('unitLine', () => {
  it('names kinds in words', () => {
    expect(unitLine(unit({ kind: 'contentKeyPolicy', outcome: 'inSync' }))).toBe(
      'west: content key policy film is in sync',
    )
  })
})
