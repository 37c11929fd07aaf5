const longestName = 260

/**
 * Whether a text can be the name of a media resource. Laxer than the documented rule (contract section 5, "Names"),
 * which forbids characters that older accounts are full of: only what cannot travel as one path segment is refused.
 * A name that does not exist costs one read; refusing one that does would lose its event.
 */
export const isResourceName = (name: unknown): name is string =>
  typeof name === 'string' &&
  name.trim() !== '' &&
  name.length <= longestName &&
  name.isWellFormed() &&
  !/[\p{Cc}/\\]/u.test(name) &&
  name !== '.' &&
  name !== '..'
