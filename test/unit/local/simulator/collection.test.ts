import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Collection } from '../../../../local/simulator/collection.ts'

interface Item {
  readonly name: string
  readonly version: number
}
const change = fc.record({
  name: fc.mixedCase(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 6 })),
  kind: fc.constantFrom('set', 'set', 'delete'),
  pause: fc.integer({ min: 0, max: 2 }),
})
const shown = (collection: Collection<Item>) => [...collection.sorted().after()]

describe('a collection', () => {
  it('is in order after every change, from any place on, with hundreds of items', () => {
    const items = new Collection<Item>()
    const expected = new Set<string>()
    for (let index = 0; index < 3000; index += 1) {
      const name = `Item-${(index * 7919) % 3000}`
      items.set({ name, version: index })
      expected.add(name.toLowerCase())
      if (index % 3 === 2) {
        const gone = `item-${(index * 104_729) % 3000}`
        expect(items.delete(gone)).toBe(expected.delete(gone))
      }
    }
    const names = [...expected].toSorted((a, b) => (a < b ? -1 : 1))
    expect(shown(items).map(({ name }) => name.toLowerCase())).toEqual(names)
    for (const place of ['', 'item-1', 'item-1500', 'item-1500x', 'zzz'])
      expect([...items.sorted().after(place)].map(({ name }) => name.toLowerCase())).toEqual(
        names.filter(name => name > place),
      )
  })

  it('shows what it held at any time that it remembers', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), changes => {
        let now = 0n
        const items = new Collection<Item>(() => now, [{ name: 'always', version: -1 }])
        const states = new Map<bigint, Item[]>()
        for (const [version, { name, kind, pause }] of changes.entries()) {
          now += BigInt(pause)
          if (kind === 'set') items.set({ name, version })
          else items.delete(name)
          states.set(now, shown(items))
        }
        for (const [at, state] of states) expect(shown(items.asOf(at))).toEqual(state)
        expect(shown(items.asOf(-1n))).toEqual([{ name: 'always', version: -1 }])
      }),
    )
  })
})
