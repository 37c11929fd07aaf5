/** What slow and truncated lists look like on the wire. */
import type { ServerResponse } from 'node:http'
import type { Clock } from './clock.ts'
import type { Fault } from './fault-rules.ts'

const closingTag = '</EnumerationResults>'
const endOfBlob = '</Blob>'

/** JSON is cut in its middle. A blob listing is cut between two blobs past its middle, where a careless reader sees a shorter list. */
const cut = (body: Buffer): Buffer => {
  const middle = body.length >>> 1
  const end = body.lastIndexOf(closingTag)
  if (end < 0) return body.subarray(0, middle)
  const blob = body.indexOf(endOfBlob, middle)
  return body.subarray(0, blob < 0 || blob > end ? end : blob + endOfBlob.length)
}

export const disturbsList = (faults: readonly Fault[]): boolean =>
  faults.some(({ kind }) => kind === 'slowList' || kind === 'truncatedList')

/**
 * Writes a complete answer as the faults let it through. One whose length promises more than is sent ends with the
 * connection.
 *
 * @param headers without Content-Length.
 */
export const sendDisturbed = (
  response: ServerResponse,
  { status, headers, body }: { status: number; headers: Readonly<Record<string, string | string[]>>; body: Buffer },
  faults: readonly Fault[],
  clock: Clock,
): void => {
  const truncated = faults.find(({ kind }) => kind === 'truncatedList')
  const sent = truncated === undefined ? body : cut(body)
  const promised = truncated?.contentLength === 'whole' ? body.length : sent.length
  response.writeHead(status, { ...headers, 'content-length': String(promised) })
  const finish = (rest: Buffer) => {
    if (promised === sent.length) response.end(rest)
    else response.write(rest, () => response.destroy())
  }
  const slow = faults.filter(({ kind }) => kind === 'slowList')
  if (slow.length === 0) {
    finish(sent)
    return
  }
  const half = sent.length >>> 1
  response.write(sent.subarray(0, half))
  clock.after(
    slow.reduce((sum, { milliseconds = 0 }) => sum + milliseconds, 0),
    () => finish(sent.subarray(half)),
  )
}
