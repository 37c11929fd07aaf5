/** Looking for secrets where none may be (P6). */

/** A secret as it could have been written down: as it is, decoded, in hex, and encoded once more. */
const forms = (secret: string): readonly string[] => {
  const raw = Buffer.from(secret, 'base64')
  const text = Buffer.from(secret)
  return [
    secret,
    encodeURIComponent(secret),
    raw.toString('latin1'),
    ...[raw, text].flatMap(bytes => [
      bytes.toString('hex'),
      bytes.toString('hex').toUpperCase(),
      bytes.toString('base64url'),
    ]),
    text.toString('base64').replace(/=+$/, ''),
  ].filter(form => form.length >= 8)
}

/**
 * @param places text by where it was found; bytes as Latin-1, so that nothing is lost in decoding.
 * @param secrets values by what they are; those of media accounts in base64.
 * @returns what is where, never a value.
 */
export const leaks = (
  places: ReadonlyMap<string, string>,
  secrets: Iterable<readonly [what: string, value: string]>,
): readonly string[] => {
  const found: string[] = []
  const known = [...secrets].map(([what, value]) => ({ what, values: forms(value) }))
  for (const [place, text] of places) {
    for (const { what, values } of known)
      if (values.some(value => text.includes(value))) found.push(`${what} in ${place}`)
    if (/[?&]sig=[A-Za-z0-9%+/]{16}/.test(text)) found.push(`a SAS signature in ${place}`)
    if (/bearer\s+[\w.-]{8}/i.test(text)) found.push(`a bearer token in ${place}`)
  }
  return found
}
