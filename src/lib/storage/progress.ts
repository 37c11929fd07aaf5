import type { BlobItem } from './ports.ts'

const namesKept = 10

/** What one round of copying has done. */
export class Progress {
  copied = 0
  copiedBytes = 0
  left = 0
  leftAt: string | undefined
  /** Source blobs that an asynchronous copy is still filling, or one for a source that changed as a whole. */
  changed = 0
  moved = false
  burstMilliseconds: number | undefined
  readonly archived: string[] = []

  done({ size }: BlobItem): void {
    this.copied++
    this.copiedBytes += size
  }

  leave({ name }: BlobItem): void {
    this.left++
    if (this.leftAt === undefined || name < this.leftAt) this.leftAt = name
  }

  skip({ name }: BlobItem): void {
    if (this.archived.length < namesKept) this.archived.push(name)
  }

  notYet(item: BlobItem): void {
    this.changed++
    this.leave(item)
  }

  sourceMoved(): void {
    this.changed++
    this.moved = true
  }

  burst(milliseconds: number): void {
    this.burstMilliseconds = milliseconds
  }
}
