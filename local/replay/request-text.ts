/** Request bodies that were recorded as the text of a Python bytes literal, sometimes several times over. */
import { type Json, parseJson } from '../simulator/json.ts'

/** A layer; one inside of others has its quotes behind backslashes. */
const layer = /^b(\\*)(['"])([\s\S]*)\1\2$/
const escapeCode = /\\(x[0-9a-f]{2}|[\s\S])/gi
const letters: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

/** What the inside of one literal stands for, its bytes read as UTF-8. */
const unescaped = (text: string): string => {
  const plain = text.replaceAll(escapeCode, (_, code: string) =>
    code.length > 1 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : (letters[code] ?? code),
  )
  // Without such codes the text may hold characters that are no bytes.
  return /\\x/i.test(text) ? Buffer.from(plain, 'latin1').toString('utf8') : plain
}

const unescapedTimes = (text: string, times: number): string =>
  times === 0 ? text : unescapedTimes(unescaped(text), times - 1)

const parsed = (text: string): Json | undefined => {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

/** How often the inside was escaped: each layer doubles the backslashes before a quote, and adds one. */
const depthOf = (backslashes: number): number => Math.round(Math.log2(backslashes + 1)) + 1
const mostTimes = 5

/** The JSON inside of all layers, or the innermost text where it is no JSON; what is no text stays as it is. */
export const unwrapRequest = (request: Json): Json => {
  if (typeof request !== 'string') return request
  let text = request.trim()
  let depth = 0
  for (let match = layer.exec(text); match !== null; match = layer.exec(text)) {
    depth = depthOf(match[1]?.length ?? 0)
    text = match[3] ?? ''
  }
  // Recorders lost some layers and left their escapes: where the depth does not fit, the nearest that does.
  const depths = Array.from({ length: mostTimes + 1 }, (_, times) => times).toSorted(
    (a, b) => Math.abs(a - depth) - Math.abs(b - depth),
  )
  for (const times of depths) {
    const value = parsed(unescapedTimes(text, times))
    if (value !== undefined) return value
  }
  return unescapedTimes(text, depth)
}
