import { createHash } from 'node:crypto'
import type { Sink } from './answer.ts'
import type { BlobItem } from './ports.ts'
import { readXml, type XmlHandler } from './xml.ts'
import { textOf } from './xml-text.ts'

/** A stretch of a blob that is copied on its own. */
export interface Block {
  /** base64, of the same length for all blocks of all blobs. */
  readonly id: string
  readonly start: number
  readonly size: number
}

const mostBlocks = 50_000
const mebibyte = 1024 * 1024

/**
 * Cuts a blob into blocks of the usual size, or of more where they would be too many. The ids name the version of the
 * source they were cut from, so that a block of another version, or cut otherwise, is never taken for one of these.
 */
export const planBlocks = ({ etag, size }: Pick<BlobItem, 'etag' | 'size'>, usualSize: number): readonly Block[] => {
  const needed = Math.ceil(size / mostBlocks)
  const length = needed <= usualSize ? usualSize : Math.ceil(needed / mebibyte) * mebibyte
  const version = createHash('sha256')
    .update(JSON.stringify([etag, size, length]))
    .digest('hex')
    .slice(0, 32)
  return Array.from({ length: Math.ceil(size / length) }, (_, index) => ({
    id: Buffer.from(`${version}-${String(index).padStart(5, '0')}`).toString('base64'),
    start: index * length,
    size: Math.min(length, size - index * length),
  }))
}

/** The body of Put Block List. */
export const blockListXml = (blocks: readonly Block[]): string =>
  `<?xml version="1.0" encoding="utf-8"?><BlockList>${blocks.map(({ id }) => `<Uncommitted>${id}</Uncommitted>`).join('')}</BlockList>`

/** Takes the answer of Get Block List; `end` gives sizes by block id. */
export class BlockListParser implements Sink<ReadonlyMap<string, number>>, XmlHandler {
  readonly #chunks: Uint8Array[] = []
  #xml: Buffer = Buffer.alloc(0)
  readonly #sizes = new Map<string, number>()
  #element = ''
  #name = ''
  #size = 0

  write(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
  }

  end(): ReadonlyMap<string, number> {
    this.#xml = Buffer.concat(this.#chunks)
    readXml(this.#xml, this)
    return this.#sizes
  }

  open(from: number, to: number): void {
    this.#element = this.#xml.toString('utf8', from, to)
  }

  close(from: number, to: number, leaf: boolean): void {
    // After a block's name and size comes the end of the block.
    if (!leaf) {
      if (this.#name !== '') this.#sizes.set(this.#name, this.#size)
      this.#name = ''
      return
    }
    const text = textOf(this.#xml.toString('utf8', from, to))
    if (this.#element === 'Name') this.#name = text
    else if (this.#element === 'Size') this.#size = Number(text)
  }
}
