import type { Block } from './blocks.ts'
import { type Job, stageBlock, stagedBlocks } from './copy-blob.ts'
import type { Sending } from './http.ts'

/** A blob whose blocks, if it has any, wait uncommitted at the target. */
export interface Staged {
  readonly job: Job
  readonly blocks: readonly Block[]
}

/** What staging needs of the copy it is a part of. */
export interface Stager {
  readonly sending: Sending
  stop(): Promise<boolean>
  /** Waits for a place and starts one request; `done` tells whether it succeeded. */
  start(work: () => Promise<void>): Promise<{ readonly done: Promise<boolean> }>
}

/**
 * Stages what is not staged yet; what an earlier slice has staged of the same version is used. Answers as soon as the
 * last request has started; `done` is false where some block is missing in the end.
 */
export const stage = async (
  job: Job,
  blocks: readonly Block[],
  { sending, stop, start }: Stager,
): Promise<{ readonly done: Promise<boolean> }> => {
  const [only] = blocks
  if (only === undefined) return { done: Promise.resolve(true) }
  let staged: ReadonlyMap<string, number> = new Map()
  const looking = await start(async () => {
    staged = await stagedBlocks(job, sending)
    // With one block both requests share a place, so that many small blobs are staged side by side.
    if (blocks.length === 1 && staged.get(only.id) !== only.size) await stageBlock(job, only, sending)
  })
  if (blocks.length === 1) return looking
  if (!(await looking.done)) return { done: Promise.resolve(false) }

  const parts: Promise<boolean>[] = []
  let failed = false
  for (const block of blocks.filter(({ id, size }) => staged.get(id) !== size)) {
    failed ||= await stop()
    if (failed) break
    const { done } = await start(() => stageBlock(job, block, sending))
    parts.push(done)
    void done.then(succeeded => {
      failed ||= !succeeded
    })
  }
  return { done: Promise.all(parts).then(all => !failed && all.every(Boolean)) }
}
