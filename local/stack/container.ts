/** Reads a container as anybody with its SAS can, byte by byte: independent of how the app lists and compares. */
import { createHash } from 'node:crypto'

export interface StoredBlob {
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** hex, of the bytes that came back. */
  readonly md5: string
  readonly contentType: string
}

const withoutEntities = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')

const ask = async (url: URL): Promise<Response> => {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`GET ${url.origin}${url.pathname}: ${response.status}`)
  return response
}

/** @param sas address of the container with a SAS that allows reading and listing. Names in ascending order. */
const blobNames = async (sas: string): Promise<readonly string[]> => {
  const names: string[] = []
  let marker = ''
  do {
    const url = new URL(sas)
    for (const [name, value] of Object.entries({ restype: 'container', comp: 'list', marker }))
      if (value !== '') url.searchParams.set(name, value)
    const xml = await (await ask(url)).text()
    if (!xml.trimEnd().endsWith('</EnumerationResults>')) throw new Error(`The listing of ${url.pathname} is cut off.`)
    names.push(...[...xml.matchAll(/<Blob>\s*<Name>([^<]*)<\/Name>/g)].map(match => withoutEntities(match[1] ?? '')))
    marker = withoutEntities(/<NextMarker>([^<]+)<\/NextMarker>/.exec(xml)?.[1] ?? '')
  } while (marker !== '')
  return names
}

/** Reads every blob of a container. */
export const readContainer = async (sas: string): Promise<readonly StoredBlob[]> => {
  const blobs: StoredBlob[] = []
  for (const name of await blobNames(sas)) {
    const url = new URL(sas)
    url.pathname += `/${name.split('/').map(encodeURIComponent).join('/')}`
    const response = await ask(url)
    const bytes = Buffer.from(await response.arrayBuffer())
    const md5 = createHash('md5').update(bytes).digest('hex')
    blobs.push({ name, size: bytes.length, md5, contentType: response.headers.get('content-type') ?? '' })
  }
  return blobs
}
