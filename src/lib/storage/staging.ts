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
  /** Asked before a block is staged, not before a look at what is: else many staged blobs would fill a slice for ever. */
  stop(): Promise<boolean>
  /** Told of every block that is staged. */
  staged(bytes: number): void
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
  { sending, stop, staged: count, start }: Stager,
): Promise<{ readonly done: Promise<boolean> }> => {
  const [only] = blocks
  if (only === undefined) return { done: Promise.resolve(true) }
  let staged: ReadonlyMap<string, number> = new Map()
  let stopped: boolean = false
  const looking = await start(async () => {
    staged = await stagedBlocks(job, sending)
    // With one block both requests share a place, so that many small blobs are staged side by side.
    if (blocks.length === 1) {
      const here = staged.get(only.id) === only.size
      stopped = !here && (await stop())
      if (stopped) return
      if (!here) await stageBlock(job, only, sending)
      count(only.size)
    }
  })
  if (blocks.length === 1) return { done: looking.done.then(succeeded => succeeded && !stopped) }
  if (!(await looking.done)) return { done: Promise.resolve(false) }

  const parts: Promise<boolean>[] = []
  let failed = false
  const [here, missing] = [[] as Block[], [] as Block[]]
  for (const block of blocks) (staged.get(block.id) === block.size ? here : missing).push(block)
  count(here.reduce((sum, { size }) => sum + size, 0))
  for (const block of missing) {
    failed ||= await stop()
    if (failed) break
    const { done } = await start(async () => {
      await stageBlock(job, block, sending)
      count(block.size)
    })
    parts.push(done)
    void done.then(succeeded => {
      failed ||= !succeeded
    })
  }
  return { done: Promise.all(parts).then(all => !failed && all.every(Boolean)) }
}
