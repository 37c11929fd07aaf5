/** The floor: the fewest requests that could do it, over kept connections, with nothing around them. */
import http from 'node:http'

/** Does `work` for every item, so many at once. */
export const inParallel = async <T>(
  width: number,
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<void> => {
  const queue = items.values()
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item)
  }
  await Promise.all(Array.from({ length: width }, worker))
}

const agent = new http.Agent({ keepAlive: true, maxFreeSockets: 256 })

const request = (method: string, url: string, headers: http.OutgoingHttpHeaders): Promise<string> =>
  new Promise((resolve, reject) => {
    const outgoing = http.request(url, { method, headers, agent }, answer => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        if ((answer.statusCode ?? 500) < 300) resolve(text)
        else reject(new Error(`${method} was answered with ${answer.statusCode}: ${text}`))
      })
    })
    outgoing.on('error', reject)
    outgoing.end()
  })

const version = '2025-05-05'

const blobUrl = (containerUrl: string, name: string): string => {
  const url = new URL(containerUrl)
  url.pathname = `${url.pathname}/${name}`
  return url.href
}

/** Copy Blob From URL of every name. */
export const rawCopy = async (
  source: string,
  target: string,
  names: readonly string[],
  concurrency: number,
): Promise<void> =>
  inParallel(concurrency, names, name =>
    request('PUT', blobUrl(target, name), {
      'x-ms-version': version,
      'x-ms-date': new Date().toUTCString(),
      'x-ms-copy-source': blobUrl(source, name),
      'x-ms-requires-sync': 'true',
      'content-length': 0,
    }),
  )

/** Lists a container, 5,000 a page, and answers how many blobs and bytes it holds. */
export const rawList = async (container: string): Promise<{ readonly blobs: number; readonly bytes: number }> => {
  let [blobs, bytes, marker] = [0, 0, '']
  do {
    const from = marker === '' ? '' : `&marker=${encodeURIComponent(marker)}`
    const query = `&restype=container&comp=list&include=metadata,copy&maxresults=5000${from}`
    const page = await request('GET', container + query, { 'x-ms-version': version })
    for (const [, size] of page.matchAll(/<Content-Length>(\d+)</g)) {
      blobs++
      bytes += Number(size)
    }
    marker = /<NextMarker>([^<]+)</.exec(page)?.[1] ?? ''
  } while (marker !== '')
  return { blobs, bytes }
}
