import { describe, expect, it } from 'vitest'
import { parseInstant } from '../../../../local/simulator/instants.ts'
import {
  type ListProperties,
  parseFilter,
  parseOrder,
  parseTop,
  type Reader,
} from '../../../../local/simulator/odata.ts'

const properties: ListProperties = {
  name: { type: 'text', operators: ['eq', 'gt'], sortable: true },
  'properties/created': { type: 'instant', operators: ['ge', 'lt'], sortable: true },
  'properties/state': { type: 'jobState', operators: ['eq', 'ne'], sortable: false },
}
const read: Reader = (resource, path) => {
  if (path === 'name') return resource.name.toLowerCase()
  const value = String(resource.properties[path.slice('properties/'.length)])
  return path.endsWith('created') ? parseInstant(value) : value.toLowerCase()
}
const names = (filter: string) =>
  [
    { name: 'Anna', properties: { created: '2021-01-01T00:00:00Z', state: 'Finished' } },
    { name: "O'Hara", properties: { created: '2022-01-01T00:00:00.0000001Z', state: 'Error' } },
    { name: 'zoe', properties: { created: '2023-01-01T00:00:00Z', state: 'Finished' } },
  ]
    .filter(parseFilter(filter, properties, read))
    .map(({ name }) => name)

describe('$filter', () => {
  it.each([
    ["name eq 'ANNA'", ['Anna']],
    ["name eq 'O''Hara'", ["O'Hara"]],
    ['properties/created ge 2022-01-01T00:00:00.0000001Z', ["O'Hara", 'zoe']],
    ['properties/created lt 2022-01-02', ['Anna', "O'Hara"]],
    ['properties/created ge 2023-01-02', []],
    ['properties/created lt 2022-01-01T', undefined],
    ["Properties/CREATED lt 2022-01-01 and NAME eq 'anna'", ['Anna']],
    ["properties/state ne Microsoft.Media.JobState'Finished'", ["O'Hara"]],
    ["name eq 'anna' or name eq 'zoe' and properties/created lt 2021-06-01T00:00:00Z", ['Anna']],
    ["(name eq 'anna' or name eq 'zoe') and properties/created ge 2022-06-01T00:00:00Z", ['zoe']],
    ["name ne 'anna'", undefined],
    ["properties/description eq 'x'", undefined],
    ['name eq anna', undefined],
    ["name eq 'anna' and", undefined],
    ["(name eq 'anna'", undefined],
    ["name eq 'anna' name", undefined],
    ["contains(name, 'a')", undefined],
    ["name eq 'anna", undefined],
    ['', undefined],
  ])('%s', (filter, expected) => {
    if (expected === undefined) expect(() => names(filter)).toThrow(expect.objectContaining({ status: 400 }))
    else expect(names(filter)).toEqual(expected)
  })
})

describe('$orderby and $top', () => {
  it('take one property and a direction', () => {
    expect(parseOrder('properties/created desc', properties)).toEqual({ path: 'properties/created', descending: true })
    expect(parseOrder('properties/Created', properties)).toEqual({ path: 'properties/created', descending: false })
    expect(parseOrder('name', properties)).toEqual({ path: 'name', descending: false })
  })

  it.each(['properties/state', 'name upwards', 'name, properties/created', ''])('refuse to order by %j', order =>
    expect(() => parseOrder(order, properties)).toThrow(expect.objectContaining({ status: 400 })),
  )

  it.each(['0', '-1', '1.5', 'all', ''])('refuse %j items', top =>
    expect(() => parseTop(top)).toThrow(expect.objectContaining({ status: 400 })),
  )
})
