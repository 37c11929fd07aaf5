/**
 * Where two resources of two accounts differ, in the words of a viewer rather than of the app. Pure, and written without
 * a look at the app's own comparison, so that the one finds the mistakes of the other.
 */
import type { JsonObject } from '../stack/arm.ts'

export type Value = JsonObject[string]

export const isObject = (value: Value): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Set by each account, so they differ by nature (contract section 14, point 4). */
const ownByNature = new Set(['created', 'lastModified', 'policyId', 'policyOptionId'])

/** Names and ids, in which case means nothing. */
const withoutCase = new Set([
  'assetName',
  'streamingLocatorId',
  'streamingPolicyName',
  'defaultContentKeyPolicyName',
  'policyName',
  'id',
  'keyId',
  'filters',
])

/** Lists whose order means nothing, with the member that tells their items apart. */
const sets: Readonly<Record<string, string>> = {
  options: 'name',
  contentKeys: 'id',
  keyToTrackMappings: 'label',
  filters: '',
}

const isEmpty = (value: Value): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

/** The service keeps 1/300 s and shows milliseconds, so 4 ms are no difference (contract section 14, point 5). */
const tolerance = 4

/** Milliseconds since 1970 with all the digits of the fraction, which Date would cut off. */
const millisecondsOf = (text: string): number => {
  const [fraction = ''] = /\.\d+/.exec(text) ?? []
  return Date.parse(text.replace(fraction, '')) + Number(`0${fraction}`) * 1000
}

/** The DER inside of base64, whether it holds DER or PEM. */
const certificate = (base64: string): string => {
  const text = Buffer.from(base64, 'base64').toString('latin1')
  const [, pem] = /-----BEGIN CERTIFICATE-----([^-]*)-----END/.exec(text) ?? []
  return Buffer.from((pem ?? base64).replaceAll(/\s/g, ''), 'base64').toString('hex')
}

const sameText = (a: string, b: string, member: string): boolean => {
  if (a === b) return true
  if (member === 'rawBody') return certificate(a) === certificate(b)
  if (withoutCase.has(member)) return a.toLowerCase() === b.toLowerCase()
  if (!instant.test(a) || !instant.test(b)) return false
  // Fractions of a millisecond are not exact in a double; a hundredth more is far below what the service keeps.
  return Math.abs(millisecondsOf(a) - millisecondsOf(b)) <= tolerance + 0.01
}

const isWhole = (value: Value): boolean =>
  Number.isInteger(value) || (typeof value === 'string' && /^-?\d+$/.test(value))

const sameLeaf = (a: Value, b: Value, member: string): boolean => {
  if (typeof a === 'string' && typeof b === 'string') return sameText(a, b, member)
  // A 64-bit number is read as text where a double cannot hold it.
  if (typeof a !== typeof b && isWhole(a) && isWhole(b)) return BigInt(String(a)) === BigInt(String(b))
  return a === b
}

const inOrder = (a: readonly Value[], b: readonly Value[], path: string, member: string): string[] =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, index) =>
    differing(a[index], b[index], `${path}[${index}]`, member),
  ).flat()

const labelOf = (item: Value, by: string): string => {
  const label = isObject(item) ? item[by] : item
  return typeof label === 'string' ? label.toLowerCase() : ''
}

/** What is equal goes away first; what is left is paired by its label, so that the member that differs can be named. */
const asSets = (a: readonly Value[], b: readonly Value[], path: string, member: string): string[] => {
  const rest = [...b]
  const unpaired = a.filter(item => {
    const twin = rest.findIndex(other => differing(item, other, '', member).length === 0)
    if (twin >= 0) rest.splice(twin, 1)
    return twin < 0
  })
  const by = sets[member] ?? ''
  const found = unpaired.flatMap(item => {
    const twin = rest.findIndex(other => labelOf(other, by) === labelOf(item, by))
    const [other] = twin < 0 ? [] : rest.splice(twin, 1)
    return differing(item, other, `${path}[${labelOf(item, by)}]`, member)
  })
  return [...found, ...rest.map(item => `${path}[${labelOf(item, by)}]`)]
}

/**
 * Paths of the members that differ; none where the resources are the same. Absent, null and empty are the same, an empty
 * object is not: `widevine: {}` means that the service gives licences. Never a value.
 * @param member name of the member that holds both; of the items of a list, the list's.
 */
export const differing = (a: Value, b: Value, path = '', member = ''): string[] => {
  if (isEmpty(a) && isEmpty(b)) return []
  if (isObject(a) && isObject(b)) {
    const names = new Set([...Object.keys(a), ...Object.keys(b)])
    return [...names]
      .filter(name => !ownByNature.has(name))
      .flatMap(name => differing(a[name], b[name], path === '' ? name : `${path}.${name}`, name))
  }
  const [listA, listB] = [isEmpty(a) ? [] : a, isEmpty(b) ? [] : b]
  if (Array.isArray(listA) && Array.isArray(listB))
    return (member in sets ? asSets : inOrder)(listA, listB, path, member)
  return sameLeaf(a, b, member) ? [] : [path === '' ? 'all of it' : path]
}
