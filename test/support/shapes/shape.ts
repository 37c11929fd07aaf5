/** The words in which the bodies of a media account are described for tests: generators, changes and checks follow. */

/** Kinds of single values. What is told apart is the tolerance with which they are compared, and how they are made. */
export type Leaf =
  /** Letter by letter. */
  | 'text'
  /** As text, but long enough to be recognised wherever it leaks. */
  | 'password'
  /** Of a resource: without regard to case. */
  | 'name'
  | 'guid'
  /** ISO 8601, within 4 ms. */
  | 'instant'
  | 'duration'
  | 'boolean'
  | 'int32'
  /** A number, or decimal text beyond 2^53. */
  | 'int64'
  /** base64. */
  | 'bytes'
  /** base64 of DER, or of PEM. */
  | 'certificate'

export interface Member {
  readonly shape: Shape
  /** Always given; others may be absent, null or empty, which is all the same. */
  readonly required: boolean
  /** Why a comparison does not look at it. */
  readonly ignored?: string
}

export type Members = { readonly [name: string]: Member }
export type ObjectShape = { readonly kind: 'object'; readonly members: Members }

export type Shape =
  | { readonly kind: Leaf }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | ObjectShape
  /** `free` where the order of the items means nothing. */
  | { readonly kind: 'list'; readonly of: Shape; readonly order: 'kept' | 'free'; readonly uniqueBy?: string }
  /** Told apart by `@odata.type`; `refused` are kinds that cannot be read at all. */
  | {
      readonly kind: 'union'
      readonly variants: { readonly [type: string]: ObjectShape }
      readonly refused: readonly string[]
    }

export const leaf = (kind: Leaf): Shape => ({ kind })
export const choice = (...values: string[]): Shape => ({ kind: 'choice', values })
export const object = (members: Members): ObjectShape => ({ kind: 'object', members })
export const list = (of: Shape): Shape => ({ kind: 'list', of, order: 'kept' })
/** @param uniqueBy member that no two items share, where there is one. */
export const unordered = (of: Shape, uniqueBy?: string): Shape => ({
  kind: 'list',
  of,
  order: 'free',
  ...(uniqueBy === undefined ? {} : { uniqueBy }),
})
/** @param variants by what follows `#Microsoft.Media.` in `@odata.type`. */
export const union = (variants: { readonly [type: string]: Members }, refused: readonly string[] = []): Shape => ({
  kind: 'union',
  variants: Object.fromEntries(Object.entries(variants).map(([type, members]) => [type, object(members)])),
  refused,
})

export const must = (shape: Shape): Member => ({ shape, required: true })
export const may = (shape: Shape): Member => ({ shape, required: false })
export const ignored = (member: Member, why: string): Member => ({ ...member, ignored: why })
