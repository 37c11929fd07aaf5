import * as z from 'zod'

/** Kinds in the order a sweep walks them: what others depend on comes first. */
export const walkedKinds = ['contentKeyPolicy', 'streamingPolicy', 'accountFilter', 'asset'] as const
export type WalkedKind = (typeof walkedKinds)[number]

const count = z.number().int().nonnegative()

const cursorSchema = z.object({
  /** Pages before this one. */
  page: count,
  /** Kind whose list is walked; absent where named units are. */
  kind: z.enum(walkedKinds).exactOptional(),
  /** The account's own cursor of the list page. */
  token: z.string().exactOptional(),
  /** Last name done of that list page; not an index, since names ahead of it may have been deleted meanwhile. */
  after: z.string().exactOptional(),
  /** Named units done. */
  done: count.exactOptional(),
  /** How often this page was given up because an account did not answer. */
  attempt: count,
})

export type Cursor = z.infer<typeof cursorSchema>

export const firstCursor = (scope: 'all' | 'named'): Cursor =>
  scope === 'all' ? { page: 0, kind: walkedKinds[0], attempt: 0 } : { page: 0, done: 0, attempt: 0 }

export const encodeCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url')

/** Throws on a text that no encodeCursor has made. */
export const decodeCursor = (text: string): Cursor =>
  cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
