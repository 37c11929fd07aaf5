/** What no answer may hold: secrets, where the app runs, and how it is made. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Stack } from '../../../local/stack/stack.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** A line of a stack, a module of Node, a file of ours, a message of the engine, a setting by its name. */
const patterns: readonly RegExp[] = [
  /\n\s+at /,
  /\bnode:(internal|fs|http|zlib)/,
  /node_modules|index\.cjs|\.ts:\d+|file:\/\//,
  /\b(TypeError|RangeError|SyntaxError|ReferenceError|ZodError|RestError)\b/,
  /Cannot read propert|is not a function|Unexpected token/,
  /TWINSTREAM_[A-Z]|AzureWebJobs|EAST_TOKEN|WEST_TOKEN/,
  /AccountKey=|SharedAccess|sig=/,
]

const textsOf = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return value.length >= 16 ? [value] : []
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsOf) : []
}

/** Texts that are secret in this stack: tokens, keys of the host, of storage and of the topic, and folders. */
const secretsOf = (stack: Stack): readonly string[] => [
  ...Object.values(stack.tokens),
  ...textsOf(JSON.parse(readFileSync(join(stack.hostStateDir, 'keys.json'), 'utf8'))),
  /AccountKey=([^;]+)/.exec(stack.hubConnection)?.[1] ?? stack.hubConnection,
  stack.topic.key,
  stack.hostStateDir,
  root,
]

/** The first thing in an answer that must not be there; undefined for a clean one. */
export const leakIn = (stack: Stack): ((text: string) => string | undefined) => {
  const secrets = secretsOf(stack)
  return text =>
    secrets.find(secret => text.includes(secret)) ?? patterns.map(pattern => pattern.exec(text)?.[0]).find(Boolean)
}
