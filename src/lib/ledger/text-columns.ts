/**
 * Long text in table entities. A string column ends at 64 KB in UTF-16, an entity at 1 MiB, so long text is spread
 * over numbered columns: `facts`, `facts1`, `facts2` …
 */
const columnLength = 30_000

const columnName = (name: string, index: number) => (index === 0 ? name : `${name}${index}`)

/**
 * @param columns how many columns there may be. All of them are given, unused ones empty, so that merging leaves
 *   nothing of a longer text behind.
 * @throws RangeError when the text does not fit; nothing is cut off silently.
 */
export const spread = (name: string, text: string, columns: number): Record<string, string> => {
  if (text.length > columns * (columnLength - 1))
    throw new RangeError(
      `${name} of ${text.length} characters does not fit the table: ${columns * columnLength} at most`,
    )
  const parts: Record<string, string> = {}
  let at = 0
  for (let index = 0; index < columns; index++) {
    const end = wholeCharacters(text, at + columnLength)
    parts[columnName(name, index)] = text.slice(at, end)
    at = end
  }
  return parts
}

/** The text that `spread` laid out; missing columns count as empty. */
export const gathered = (name: string, entity: Readonly<Record<string, unknown>>): string => {
  const parts: string[] = []
  for (let index = 0; typeof entity[columnName(name, index)] === 'string'; index++)
    parts.push(String(entity[columnName(name, index)]))
  return parts.join('')
}

/** A surrogate pair cut in two would arrive as two replacement characters. */
const wholeCharacters = (text: string, end: number) => {
  const before = text.charCodeAt(end - 1)
  return end < text.length && before >= 0xd800 && before <= 0xdbff ? end - 1 : end
}

/** The first `length` characters at most, never half a surrogate pair. */
export const capped = (text: string, length: number): string =>
  text.length <= length ? text.toWellFormed() : `${text.slice(0, wholeCharacters(text, length - 1))}…`.toWellFormed()
