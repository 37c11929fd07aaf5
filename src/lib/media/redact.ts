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

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Bytes as hex, with or without something between them. */
const hex = (bytes: Buffer) => [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('[ :,-]?')

/** A secret as a service may quote it: as it was sent, in JSON, in an address, or its bytes in another alphabet. */
const spellings = (secret: string): readonly string[] => {
  const raw = Buffer.from(secret, 'base64')
  const isBase64 = raw.length >= 4 && raw.toString('base64').replace(/=+$/, '') === secret.replace(/=+$/, '')
  const percent = encodeURIComponent(secret)
  const texts = [secret, JSON.stringify(secret).slice(1, -1), percent, percent.replaceAll('%20', '+')]
  if (isBase64) texts.push(raw.toString('base64url'), raw.toString('base64').replace(/=+$/, ''))
  const bytes = [Buffer.from(secret), ...(isBase64 ? [raw] : [])].filter(one => one.length >= 4)
  return [...texts.map(escaped), ...bytes.map(hex)]
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
