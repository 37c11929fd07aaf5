const longest = 300
const hidden = '[redacted]'

const guids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi
/** A word, a CamelCase name, all capitals or a short number. */
const plainPart = /^(?:(?:[A-Z]?[a-z]{2,})+|[A-Z]{2,}|\d{1,4}|[A-Za-z]?)$/

/**
 * A run that holds nothing but such parts and GUIDs is language. Padded base64 never is; of random unpadded text of 22
 * characters, the shortest that a key can have, a few in a million are, and longer ones hardly ever.
 */
const isPlain = (run: string) =>
  run
    .replace(guids, '')
    .split(/[/_-]/)
    .every(part => plainPart.test(part))

/** JSON may escape a slash. */
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('/', '\\\\?/')

/** Bytes as hex, with or without something between them. */
const hex = (bytes: Buffer) => [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('[ :,-]?')

const base64 = (bytes: Buffer, form: 'base64' | 'base64url') =>
  `${escaped(bytes.toString(form).replace(/=+$/, ''))}={0,2}`

/** The bytes of a text, and those that it stands for where it is base64, base64url or hex. */
const readings = (secret: string): readonly Buffer[] => {
  const decoded = Buffer.from(secret, 'base64')
  const url = secret.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_')
  const all = [Buffer.from(secret)]
  if (decoded.toString('base64url') === url) all.push(decoded)
  if (/^(?:[0-9a-f]{2})+$/i.test(secret)) all.push(Buffer.from(secret, 'hex'))
  // Fewer bytes are too common in ordinary text.
  return all.filter(bytes => bytes.length >= 4)
}

/** A secret as a service may quote it: as it was sent, in JSON, in an address, or its bytes in another alphabet. */
const spellings = (secret: string): readonly string[] => {
  const percent = encodeURIComponent(secret.toWellFormed())
  const texts = [secret, JSON.stringify(secret).slice(1, -1), percent, percent.replaceAll('%20', '+')]
  const bytes = readings(secret).flatMap(one => [hex(one), base64(one, 'base64'), base64(one, 'base64url')])
  return [...texts.map(escaped), ...bytes]
}

/**
 * Makes the message of a service fit for errors and logs: one line of at most 300 characters without queries of
 * addresses (SAS), tokens, and anything that looks like base64 or hex. It would rather hide too much (P6).
 * @param secrets values that were sent and may be echoed.
 */
export const redact = (message: string, secrets: readonly string[] = []): string => {
  const known = secrets
    .filter(secret => secret !== '')
    .flatMap(spellings)
    .toSorted((a, b) => b.length - a.length)
  const line = known
    .reduce((text, spelling) => text.replace(new RegExp(spelling, 'gi'), hidden), message)
    .replace(/\s+/g, ' ')
    .replace(/(https?:\/\/[^\s?"'<>]*)\?[^\s"'<>]*/gi, `$1?${hidden}`)
    .replace(/\b(sig|sv|se|st|skoid|sktid|token|apikey|key|password)=[^\s&"'<>]+/gi, `$1=${hidden}`)
    .replace(/\bbearer\s+[^\s"']+/gi, `Bearer ${hidden}`)
    .replace(/\beyJ[\w-]*(?:\.[\w-]*)*/g, hidden)
    .replace(/[A-Za-z0-9+/_-]{16,}={0,2}/g, run => (isPlain(run) ? run : hidden))
    .replace(/[A-Za-z0-9+/]{2,}={1,2}(?![\w=])/g, hidden)
    .trim()
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}
