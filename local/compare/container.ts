/** Reads a container as anybody with its SAS can, byte by byte: independent of how the app lists and compares. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { text } from 'node:stream/consumers'

export interface StoredBlob {
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** hex, of the bytes that came back, or as storage keeps it where bytes were not to be read. */
  readonly md5: string
  /** Content headers and metadata, in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

/** A request that storage refused or that failed underway; the message names the address without its SAS. */
export class StorageError extends Error {
  override readonly name = 'StorageError'
  /** Undefined where there was no answer, or not the whole of it. */
  readonly status: number | undefined
  constructor(message: string, about: { readonly status?: number; readonly cause?: unknown }) {
    super(message, { cause: about.cause })
    this.status = about.status
  }
}

const withoutEntities = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll(/&#x([0-9a-f]+);/gi, (_, digits) => String.fromCodePoint(Number.parseInt(digits, 16)))
    .replaceAll(/&#(\d+);/g, (_, digits) => String.fromCodePoint(Number(digits)))
    .replaceAll('&amp;', '&')

/** By node:http, since fetch would unpack what has a content encoding. Resolves with the answer's head. */
const ask = async (url: URL, method: 'GET' | 'HEAD' = 'GET'): Promise<IncomingMessage> => {
  const what = `${method} ${url.origin}${url.pathname}`
  const request = (url.protocol === 'https:' ? https : http).request(url, {
    method,
    headers: { 'x-ms-version': '2021-08-06' },
    timeout: 60_000,
  })
  request.on('timeout', () => request.destroy(new Error('silent for a minute')))
  request.end()
  const [response] = (await once(request, 'response').catch(error => {
    throw new StorageError(`${what}: no answer`, { cause: error })
  })) as [IncomingMessage]
  if (response.statusCode === 200) return response
  response.resume()
  throw new StorageError(`${what}: ${response.statusCode}`, { status: response.statusCode ?? 0 })
}

/** @param sas address of the container with a SAS that allows reading and listing. Names in ascending order. */
export const blobNames = async (sas: string): Promise<readonly string[]> => {
  const names: string[] = []
  let marker = ''
  do {
    const url = new URL(sas)
    for (const [name, value] of Object.entries({ restype: 'container', comp: 'list', marker }))
      if (value !== '') url.searchParams.set(name, value)
    const xml = await text(await ask(url))
    if (!xml.trimEnd().endsWith('</EnumerationResults>'))
      throw new StorageError(`The listing of ${url.origin}${url.pathname} is cut off.`, {})
    names.push(...[...xml.matchAll(/<Blob>\s*<Name>([^<]*)<\/Name>/g)].map(match => withoutEntities(match[1] ?? '')))
    marker = withoutEntities(/<NextMarker>([^<]+)<\/NextMarker>/.exec(xml)?.[1] ?? '')
  } while (marker !== '')
  return names
}

/** What a player or a later reader gets along with the bytes. The length is compared as such. */
const kept = /^(content-(type|encoding|language|disposition|md5)|cache-control|x-ms-meta-.*)$/

const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (kept.test(name) ? [[name, String(value)]] : [])),
  )

/**
 * Reads one blob, without holding it in memory. Throws StorageError.
 * @param trustMd5 takes the MD5 that storage keeps for the bytes, where there is one.
 */
export const readBlob = async (sas: string, name: string, trustMd5 = false): Promise<StoredBlob> => {
  const url = new URL(sas)
  url.pathname += `/${name.split('/').map(encodeURIComponent).join('/')}`
  if (trustMd5) {
    const response = await ask(url, 'HEAD')
    response.resume()
    const headers = headersOf(response)
    const stored = headers['content-md5']
    if (stored !== undefined) {
      const size = Number(response.headers['content-length'])
      return { name, size, md5: Buffer.from(stored, 'base64').toString('hex'), headers }
    }
  }
  const response = await ask(url)
  const hash = createHash('md5')
  let size = 0
  try {
    for await (const bytes of response as AsyncIterable<Buffer>) {
      hash.update(bytes)
      size += bytes.length
    }
  } catch (error) {
    throw new StorageError(`GET ${url.origin}${url.pathname}: the answer ended early`, { cause: error })
  }
  return { name, size, md5: hash.digest('hex'), headers: headersOf(response) }
}
