/**
 * Azurite reads the source of a copy by asking the address in the request, which is this proxy, before it answers. Those
 * reads are no traffic of a client. Their answers tell the size of the source, which Azurite does not limit.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { type StorageOperation, type StorageTarget, targetOf } from './operation.ts'

/** What Copy Blob From URL takes at most, in bytes. */
export const largestCopy = 256 * 2 ** 20

/** Where a copy reads from, when that is this storage. */
export const copySourceOf = ({ headers }: IncomingMessage): StorageTarget | undefined => {
  const source = headers['x-ms-copy-source']
  if (typeof source !== 'string' || !URL.canParse(source)) return undefined
  const url = new URL(source)
  return url.host === headers.host ? targetOf(url.pathname) : undefined
}

const conditions = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since']

/**
 * Whether a refused copy met a condition on its source. For Copy Blob From URL Azurite gives the code of the target's
 * conditions then, or 304, which no write gets from the service.
 */
export const isSourceCondition = (
  operation: StorageOperation,
  headers: IncomingHttpHeaders,
  status: number | undefined,
): boolean => {
  if (operation !== 'CopyBlobFromUrl' || !conditions.some(name => headers[`x-ms-source-${name}`] !== undefined))
    return false
  return status === 304 || (status === 412 && !conditions.some(name => headers[name] !== undefined))
}

interface Copies {
  underWay: number
  /** Copy Blob From URL: only there the size is limited. */
  readonly limited: boolean
  tooLarge: boolean
}

export class CopySources {
  readonly #underWay = new Map<string, Copies>()
  readonly #largest: number

  /** @param largest bytes that Copy Blob From URL takes. */
  constructor(largest: number) {
    this.#largest = largest
  }

  /** Notes a copy that is about to be handed to Azurite; the answer ends the note. */
  begin(sourcePath: string, limited: boolean): () => void {
    const copies = this.#underWay.get(sourcePath) ?? { underWay: 0, limited, tooLarge: false }
    copies.underWay += 1
    this.#underWay.set(sourcePath, copies)
    return () => {
      copies.underWay -= 1
      if (copies.underWay === 0 && this.#underWay.get(sourcePath) === copies) this.#underWay.delete(sourcePath)
    }
  }

  /** The copies that a request is Azurite's own check for, if it is one. */
  checkedBy({ method, headers }: IncomingMessage, path: string): CopyCheck | undefined {
    if (method !== 'HEAD' && method !== 'GET') return undefined
    if (!headers['user-agent']?.startsWith('axios/')) return undefined
    const copies = this.#underWay.get(path)
    if (copies === undefined) return undefined
    return {
      refused: () => copies.tooLarge,
      sourceIs: bytes => {
        copies.tooLarge = copies.limited && bytes > this.#largest
        return !copies.tooLarge
      },
    }
  }
}

export interface CopyCheck {
  /** The source is known to be too large. */
  refused(): boolean
  /** Takes the size of the source in bytes; false when it is too large. */
  sourceIs(bytes: number): boolean
}
