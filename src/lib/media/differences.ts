import { isAbsent, sameInteger } from './canonical.ts'
import type { Json } from './resources.ts'

type JsonObject = { readonly [name: string]: Json }

/** How the fields of one kind of resource are compared, by the name of the field wherever it stands. */
export interface Rules {
  /** Fields that every account makes for itself. */
  readonly ignored?: ReadonlySet<string>
  /** Fields whose text is not compared letter by letter. */
  readonly same?: { readonly [field: string]: (a: string, b: string) => boolean }
  /** Integers that come as numbers or as decimal text. */
  readonly integers?: ReadonlySet<string>
  /** Lists whose order means nothing, with what names an item in paths and pairs it up; empty where nothing does. */
  readonly unordered?: { readonly [field: string]: (item: Json) => string }
}

const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

const join = (path: string, field: string) => (path ? `${path}.${field}` : field)

/** Takes out of both lists what is equal, and answers with the rest. */
const withoutEqual = (a: readonly Json[], b: readonly Json[], rules: Rules, field: string) => {
  const left = [...b]
  const right = a.filter(item => {
    const twin = left.findIndex(other => differences(item, other, rules, '', field).length === 0)
    if (twin >= 0) left.splice(twin, 1)
    return twin < 0
  })
  return [right, left] as const
}

const inAnyOrder = (
  a: readonly Json[],
  b: readonly Json[],
  rules: Rules,
  path: string,
  field: string,
  key: (item: Json) => string,
) => {
  const [onlyA, onlyB] = withoutEqual(a, b, rules, field)
  const names = new Set([...onlyA, ...onlyB].map(key))
  return [...names].flatMap(name => {
    const mine = onlyA.filter(item => key(item) === name)
    const theirs = onlyB.filter(item => key(item) === name)
    const count = Math.max(mine.length, theirs.length)
    return Array.from({ length: count }, (_, index) =>
      differences(mine[index], theirs[index], rules, `${path}[${name}]`, field),
    )
  })
}

const inOrder = (a: readonly Json[], b: readonly Json[], rules: Rules, path: string, field: string) =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, index) =>
    differences(a[index], b[index], rules, `${path}[${index}]`, field),
  )

const ofObjects = (a: JsonObject, b: JsonObject, rules: Rules, path: string) =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter(name => !rules.ignored?.has(name))
    .map(name => differences(a[name], b[name], rules, join(path, name), name))

const sameLeaf = (a: Json, b: Json, rules: Rules, field: string) => {
  if (a === b) return true
  if (rules.integers?.has(field)) return sameInteger(a, b)
  const same = rules.same?.[field]
  return same !== undefined && typeof a === 'string' && typeof b === 'string' && same(a, b)
}

/**
 * Paths of the fields that differ, sorted, each once; never a value.
 * @param field name of the field that holds a and b; of a list's items, that of the list.
 */
export const differences = (
  a: Json | undefined,
  b: Json | undefined,
  rules: Rules,
  path = '',
  field = '',
): readonly string[] => {
  if (isAbsent(a) && isAbsent(b)) return []
  const [listA, listB] = [isAbsent(a) ? [] : a, isAbsent(b) ? [] : b]
  let found: readonly (readonly string[])[]
  if (Array.isArray(listA) && Array.isArray(listB)) {
    const key = rules.unordered?.[field]
    found = key ? inAnyOrder(listA, listB, rules, path, field, key) : inOrder(listA, listB, rules, path, field)
  } else if (isObject(a) && isObject(b)) {
    found = ofObjects(a, b, rules, path)
  } else {
    found = [a !== undefined && b !== undefined && sameLeaf(a, b, rules, field) ? [] : [path]]
  }
  return [...new Set(found.flat())].toSorted((one, other) => (one < other ? -1 : 1))
}
