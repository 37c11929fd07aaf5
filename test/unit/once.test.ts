import { describe, expect, it } from 'vitest'
import { once } from '../../src/lib/once.ts'

describe('once', () => {
  it('does the work once, whoever asks, and whenever', async () => {
    let times = 0
    const ask = once(async () => ++times)
    expect(await Promise.all([ask(), ask()])).toEqual([1, 1])
    expect(await ask()).toBe(1)
  })

  it('P3: tries again after a failure, so that one moment without a disk does not last', async () => {
    let times = 0
    const ask = once(async () => {
      times += 1
      if (times === 1) throw new Error('no disk')
      return times
    })
    await expect(Promise.all([ask(), ask()])).rejects.toThrow('no disk')
    expect(await ask()).toBe(2)
  })
})
