/** Plays the beginning of a title as a player would: manifest, one segment, and the key where it is an AES key. */
import { Secret } from '../../secret.ts'
import type { Fetch, Fetched } from './fetch.ts'
import { type Found, readManifest } from './manifests.ts'

export interface Played {
  readonly manifest: Step
  readonly segment?: Step
  readonly key?: Step & {
    /** Where it was asked for: path and query. */
    readonly path: string
    readonly host: string
    /** What came; never leaves the process (P6). */
    readonly value?: Secret<Uint8Array>
  }
}

export interface Step {
  /** 0 where nothing answered. */
  readonly status: number
  readonly milliseconds: number
  /** Whether what came is what was asked for. */
  readonly fine: boolean
  /** The host, where it is none of ours and was not asked. */
  readonly foreign?: string
}

const mostOfManifest = 1024 * 1024
/** A byte tells a segment from an empty answer; a few more cost nothing. */
const mostOfSegment = 1024
/** An AES-128 key has 16 bytes; one byte more tells that it is none. */
const keyBytes = 16

const step = ({ status, milliseconds, bytes, foreign }: Fetched, isFine = bytes.length > 0): Step => ({
  status,
  milliseconds,
  fine: status === 200 && isFine,
  ...(foreign === undefined ? {} : { foreign }),
})

const absolute = (address: string, base: string): string =>
  URL.canParse(address, base) ? new URL(address, base).href : ''

interface Opened {
  readonly found: Found
  readonly base: string
  readonly step: Step
}

const open = async (fetch: Fetch, url: string): Promise<Opened> => {
  const got = await fetch(url, mostOfManifest)
  const found = got.status === 200 ? readManifest(Buffer.from(got.bytes).toString('utf8')) : {}
  return { found, base: url, step: step(got, found.playlist !== undefined || found.segment !== undefined) }
}

const askKey = async (fetch: Fetch, url: string): Promise<NonNullable<Played['key']>> => {
  const { host, pathname, search } = new URL(url)
  const got = await fetch(url, keyBytes + 1)
  const fine = got.bytes.length === keyBytes
  return {
    ...step(got, fine),
    host,
    path: `${pathname}${search}`,
    ...(got.status === 200 && fine ? { value: new Secret(got.bytes) } : {}),
  }
}

/** @param url of the manifest, absolute. Never throws. */
export const play = async (fetch: Fetch, url: string): Promise<Played> => {
  const first = await open(fetch, url)
  const { playlist } = first.found
  const last = playlist === undefined ? first : await open(fetch, absolute(playlist, url))
  const manifest = first.step.fine ? last.step : first.step
  const { segment, key } = last.found
  if (segment === undefined) return { manifest }
  const keyUrl = key === undefined ? '' : absolute(key, last.base)
  const [got, asked] = await Promise.all([
    fetch(absolute(segment, last.base), mostOfSegment),
    keyUrl === '' ? undefined : askKey(fetch, keyUrl),
  ])
  return { manifest, segment: step(got), ...(asked === undefined ? {} : { key: asked }) }
}
