/** Values of a shape: any, the same in another form, and every one that differs from it in a single place. */
import fc from 'fast-check'
import type { Json } from '../../../src/lib/media/resources.ts'
import { type Choose, leaves } from './leaves.ts'
import type { Member, ObjectShape, Shape } from './shape.ts'

type JsonObject = { readonly [name: string]: Json }
const typeMember = '@odata.type'
const typeOf = (variant: string) => `#Microsoft.Media.${variant}`

/** Any value; optional members are there or not, and not empty where they are. */
export const anyOf = (shape: Shape, minLength = 0): fc.Arbitrary<Json> => {
  switch (shape.kind) {
    case 'object':
      return fc.record<{ [name: string]: Json }>(
        Object.fromEntries(
          Object.entries(shape.members).map(([name, member]) => [name, anyOf(member.shape, member.required ? 0 : 1)]),
        ),
        { requiredKeys: Object.keys(shape.members).filter(name => shape.members[name]?.required) },
      )
    case 'union':
      return fc.oneof(
        ...Object.entries(shape.variants).map(([type, variant]) =>
          anyOf(variant).map(value => ({ [typeMember]: typeOf(type), ...(value as JsonObject) })),
        ),
      )
    case 'list': {
      const { uniqueBy } = shape
      const items = anyOf(shape.of)
      return uniqueBy === undefined
        ? fc.array(items, { minLength, maxLength: 3 })
        : fc.uniqueArray(items, { minLength, maxLength: 3, selector: item => (item as JsonObject)[uniqueBy] })
    }
    case 'choice':
      return fc.constantFrom(...shape.values)
    default:
      return leaves[shape.kind].any
  }
}

const variantOf = (shape: Shape & { kind: 'union' }, value: JsonObject): ObjectShape =>
  shape.variants[String(value[typeMember]).replace(typeOf(''), '')] ?? { kind: 'object', members: {} }

const shuffled = <T>(items: readonly T[], choose: Choose): T[] => {
  const left = [...items]
  return items.flatMap(() => left.splice(choose(left.length), 1))
}

/** Forms of nothing: numbers, truth values and objects have no empty form of their own. */
const nothing = ({ kind }: Shape, choose: Choose): Json | undefined => {
  const forms = [undefined, null]
  const empty = kind === 'list' ? [] : ['boolean', 'int32', 'int64', 'object', 'union'].includes(kind) ? null : ''
  return [...forms, empty][choose(3)]
}

const disguisedMember = (member: Member, value: Json | undefined, choose: Choose): Json | undefined => {
  if (member.ignored !== undefined) return value === undefined ? sampleOf(member.shape) : otherOf(member.shape, value)
  return value === undefined ? nothing(member.shape, choose) : disguised(member.shape, value, choose)
}

/**
 * The same as a service might give it: members in another order, absent ones null or empty, what is ignored another,
 * names in another case, times shifted by what is tolerated, and so on.
 */
export const disguised = (shape: Shape, value: Json, choose: Choose): Json => {
  switch (shape.kind) {
    case 'object': {
      const given = value as JsonObject
      const members = Object.entries(shape.members).map(
        ([name, member]) => [name, disguisedMember(member, given[name], choose)] as const,
      )
      const type = given[typeMember] === undefined ? [] : [[typeMember, given[typeMember]] as const]
      const shown = [...type, ...members].filter(([, form]) => form !== undefined)
      return Object.fromEntries(shuffled(shown, choose)) as JsonObject
    }
    case 'union':
      return disguised(variantOf(shape, value as JsonObject), value, choose)
    case 'list': {
      const items = (value as readonly Json[]).map(item => disguised(shape.of, item, choose))
      return shape.order === 'free' ? shuffled(items, choose) : items
    }
    case 'choice':
      return value
    default:
      return leaves[shape.kind].disguise(String(value), choose)
  }
}

export interface Change {
  /** Names of members and, in parentheses, kinds; without indices. */
  readonly place: string
  readonly value: Json
}

const within = (place: string, inner: readonly Change[], wrap: (value: Json) => Json): readonly Change[] =>
  inner.map(change => ({ place: `${place}${change.place}`, value: wrap(change.value) }))

const withoutMember = (object: JsonObject, name: string): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([other]) => other !== name))

const memberChanges = (object: JsonObject, name: string, { shape, required }: Member): readonly Change[] => {
  const value = object[name]
  const place = `.${name}`
  if (value === undefined) return [{ place, value: { ...object, [name]: sampleOf(shape) } }]
  const changed = within(place, changesOf(shape, value), inner => ({ ...object, [name]: inner }))
  return required ? changed : [...changed, { place, value: withoutMember(object, name) }]
}

const listChanges = (shape: Shape & { kind: 'list' }, items: readonly Json[]): readonly Change[] => {
  const inItems = items.flatMap((item, index) =>
    within('[]', changesOf(shape.of, item), inner => items.with(index, inner)),
  )
  const fewer = items.map((_, index) => items.toSpliced(index, 1))
  const more = [...items.slice(0, 1).map(item => [item, ...items]), [...items, sampleOf(shape.of)]]
  const swapped = items.flatMap((item, index) => {
    const next = items[index + 1]
    const isOther = next !== undefined && JSON.stringify(next) !== JSON.stringify(item)
    return isOther && shape.order === 'kept' ? [items.with(index, next).with(index + 1, item)] : []
  })
  return [...inItems, ...[...fewer, ...more, ...swapped].map(value => ({ place: '[]', value }))]
}

/** Every value that differs in a single place that is not ignored: changed, left out, added or, in lists, moved. */
export const changesOf = (shape: Shape, value: Json): readonly Change[] => {
  switch (shape.kind) {
    case 'object':
      return Object.entries(shape.members).flatMap(([name, member]) =>
        member.ignored === undefined ? memberChanges(value as JsonObject, name, member) : [],
      )
    case 'union': {
      const given = value as JsonObject
      const others = Object.keys(shape.variants).filter(type => typeOf(type) !== given[typeMember])
      const type = String(given[typeMember]).replace(typeOf(''), '')
      return [
        ...within(`(${type})`, changesOf(variantOf(shape, given), given), inner => inner),
        ...others.map(other => ({ place: `(${type})`, value: { ...given, [typeMember]: typeOf(other) } })),
      ]
    }
    case 'list':
      return listChanges(shape, value as readonly Json[])
    case 'choice':
      return shape.values.filter(other => other !== value).map(other => ({ place: '', value: other }))
    default:
      return leaves[shape.kind].others(String(value)).map(other => ({ place: '', value: other }))
  }
}

/** Every value with a member in one of its objects that the shape does not have. */
export const strangersIn = (shape: Shape, value: Json): readonly Change[] => {
  switch (shape.kind) {
    case 'object': {
      const given = value as JsonObject
      const inner = Object.entries(shape.members).flatMap(([name, member]) => {
        const part = given[name]
        if (part === undefined || member.ignored !== undefined) return []
        return within(`.${name}`, strangersIn(member.shape, part), changed => ({ ...given, [name]: changed }))
      })
      return [{ place: '.stranger', value: { ...given, stranger: { strength: 9 } } }, ...inner]
    }
    case 'union':
      return strangersIn(variantOf(shape, value as JsonObject), value)
    case 'list': {
      const items = value as readonly Json[]
      return items.flatMap((item, index) =>
        within('[]', strangersIn(shape.of, item), changed => items.with(index, changed)),
      )
    }
    default:
      return []
  }
}

const otherOf = (shape: Shape, value: Json): Json => changesOf(shape, value)[0]?.value ?? sampleOf(shape)

/** Values that have between them every member and every kind. */
const fullest = (shape: Shape): readonly Json[] => {
  switch (shape.kind) {
    case 'object': {
      const members = Object.entries(shape.members).map(([name, member]) => [name, fullest(member.shape)] as const)
      return Array.from({ length: Math.max(1, ...members.map(([, values]) => values.length)) }, (_, index) =>
        Object.fromEntries(members.map(([name, values]) => [name, values[index % values.length] ?? null])),
      )
    }
    case 'union':
      return Object.entries(shape.variants).flatMap(([type, variant]) =>
        fullest(variant).map(value => ({ [typeMember]: typeOf(type), ...(value as JsonObject) })),
      )
    case 'list':
      return [fullest(shape.of)]
    default:
      return fc.sample(anyOf(shape), { seed: 1, numRuns: 1 })
  }
}

/** One that has every member, and in lists every kind. */
export const sampleOf = (shape: Shape): Json => fullest(shape)[0] ?? null

/** Every place of a shape that a comparison has to look at. */
export const placesOf = (shape: Shape): readonly string[] => {
  switch (shape.kind) {
    case 'object':
      return Object.entries(shape.members)
        .filter(([, member]) => member.ignored === undefined)
        .flatMap(([name, member]) => placesOf(member.shape).map(place => `.${name}${place}`))
    case 'union':
      return Object.entries(shape.variants).flatMap(([type, variant]) =>
        [...new Set(['', ...placesOf(variant)])].map(place => `(${type})${place}`),
      )
    case 'list':
      return placesOf(shape.of).map(place => `[]${place}`)
    default:
      return ['']
  }
}

/** Every value of a kind that must not leak. */
export const secretsOf = (shape: Shape, value: Json): readonly string[] => {
  switch (shape.kind) {
    case 'object': {
      const given = value as JsonObject
      return Object.entries(shape.members).flatMap(([name, member]) => {
        const inner = given[name]
        return inner === undefined ? [] : secretsOf(member.shape, inner)
      })
    }
    case 'union':
      return secretsOf(variantOf(shape, value as JsonObject), value)
    case 'list':
      return (value as readonly Json[]).flatMap(item => secretsOf(shape.of, item))
    default:
      return ['bytes', 'password', 'certificate'].includes(shape.kind) ? [String(value)] : []
  }
}
