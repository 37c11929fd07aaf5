/**
 * JSON without loss: whole numbers that a double cannot hold (int64 filter times) keep their digits from request to
 * answer.
 */

/** A number kept as its text. */
export interface RawNumber {
  readonly rawJSON: string
}

export type Json = null | boolean | number | string | RawNumber | readonly Json[] | JsonObject
/** A member that is undefined is left out when written. */
export interface JsonObject {
  readonly [name: string]: Json | undefined
}

/** Standard since ES2025 and present in Node 22 and newer, but not yet in the type library this project targets. */
const lossless = JSON as typeof JSON & {
  rawJSON(text: string): RawNumber
  isRawJSON(value: unknown): value is RawNumber
}

const isWholeNumber = /^-?\d+$/

/** Throws SyntaxError for text that is no JSON. */
export const parseJson = (text: string): Json =>
  JSON.parse(text, (_name, value: unknown, context?: { readonly source: string }) =>
    typeof value === 'number' &&
    !Number.isSafeInteger(value) &&
    context !== undefined &&
    isWholeNumber.test(context.source)
      ? lossless.rawJSON(context.source)
      : value,
  ) as Json

export const isRawNumber = (value: unknown): value is RawNumber => lossless.isRawJSON(value)

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value)

/** An object of whatever kind, before anything is known of its members. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The text under `name`, or undefined where there is none. */
export const textAt = (value: JsonObject, name: string): string | undefined => {
  const found = value[name]
  return typeof found === 'string' ? found : undefined
}
