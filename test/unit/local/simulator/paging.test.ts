import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Collection } from '../../../../local/simulator/collection.ts'
import type { ListProperties, Reader } from '../../../../local/simulator/odata.ts'
import { pageOf, type Query } from '../../../../local/simulator/paging.ts'
import type { Resource } from '../../../../local/simulator/state.ts'

const properties: ListProperties = { 'properties/rank': { type: 'text', operators: ['eq'], sortable: true } }
const read: Reader = resource => String(resource.properties.rank)

const collectionOf = (names: readonly string[]) => {
  const collection = new Collection<Resource>()
  for (const [index, name] of names.entries()) collection.set({ name, properties: { rank: String(index % 3) } })
  return collection
}

const readAll = (collection: Collection<Resource>, size: number, first: Query = {}, between = () => {}): string[] => {
  const names: string[] = []
  for (let query: Query | undefined = first; query !== undefined; ) {
    const page: { items: readonly Resource[]; next?: Query } = pageOf(
      collection.sorted(),
      query,
      size,
      properties,
      read,
    )
    names.push(...page.items.map(({ name }) => name))
    query = page.next
    if (names.length > 10_000) throw new Error('The pages never end.')
    between()
  }
  return names
}

const someNames = fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9 ]{1,6}$/), { selector: name => name.toLowerCase() })
const orders = fc.constantFrom({}, { orderBy: 'properties/rank' }, { orderBy: 'properties/rank desc' })

describe('pages', () => {
  it('hold everything once, whatever the size and order', () => {
    fc.assert(
      fc.property(someNames, fc.integer({ min: 1, max: 5 }), orders, (names, size, order) => {
        const all = readAll(collectionOf(names), size, order)
        expect(new Set(all)).toEqual(new Set(names))
        expect(all).toHaveLength(names.length)
        expect(all).toEqual(readAll(collectionOf(names), 1000, order))
      }),
    )
  })

  it('stop after $top, also in the middle of a page', () => {
    fc.assert(
      fc.property(someNames, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 12 }), (names, size, top) => {
        const all = readAll(collectionOf(names), size)
        expect(readAll(collectionOf(names), size, { top: String(top) })).toEqual(all.slice(0, top))
      }),
    )
  })

  it('see what is added ahead of the cursor, not behind it, and survive the loss of the cursor', () => {
    const collection = collectionOf(['b', 'd', 'f', 'h'])
    let turn = 0
    const names = readAll(collection, 2, {}, () => {
      turn += 1
      if (turn !== 1) return
      collection.delete('d')
      collection.set({ name: 'a', properties: {} })
      collection.set({ name: 'g', properties: {} })
    })
    expect(names).toEqual(['b', 'd', 'f', 'g', 'h'])
  })

  it('are not continued with a token of another list', () => {
    const query = { orderBy: 'properties/rank', skipToken: 'a name' }
    expect(() => pageOf(collectionOf(['a']).sorted(), query, 1, properties, read)).toThrow('$skiptoken')
  })
})
