import type { BlobItem } from './ports.ts'

const namesKept = 10

/** What one round of copying has done. */
export class Progress {
  copied = 0
  copiedBytes = 0
  /** Of staged blocks, whose blobs are not there yet or never will be. */
  stagedBytes = 0
  left = 0
  leftAt: string | undefined
  /** The source was no longer what had been staged, and nothing was committed. */
  moved: boolean = false
  /** When files under a live locator began to be replaced, and when that ended. */
  burstBegan: number | undefined
  burstEnded: number | undefined
  readonly archived: string[] = []
  readonly #changed = new Set<string>()

  /** Source blobs that changed under the copy, each counted once, or one for a source that moved. */
  get changed(): number {
    return this.#changed.size + (this.moved ? 1 : 0)
  }

  /** @param staged its bytes have been counted by `stage` before. */
  done({ size }: BlobItem, staged: boolean): void {
    this.copied++
    this.copiedBytes += size
    if (staged) this.stagedBytes -= size
  }

  stage(bytes: number): void {
    this.stagedBytes += bytes
  }

  leave({ name }: BlobItem): void {
    this.left++
    if (this.leftAt === undefined || name < this.leftAt) this.leftAt = name
  }

  skip({ name }: BlobItem): void {
    if (this.archived.length < namesKept) this.archived.push(name)
  }

  sourceChanged({ name }: BlobItem): void {
    this.#changed.add(name)
  }
}
