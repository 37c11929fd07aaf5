/** What the app has taken up at this moment. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Scene } from '../faults/scene.ts'
import type { Sample } from './measures.ts'

const megabyte = 1024 * 1024

/** Only where the system shows them. */
const openFiles = (pid: number): { readonly files?: number } => {
  try {
    return { files: readdirSync(`/proc/${pid}/fd`).length }
  } catch {
    return {}
  }
}

const bytesOf = (dir: string): number =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.(db|sqlite)(-wal|-shm)?$/.test(entry.name))
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)

export const takeSample = async ({ stack, ledger }: Scene): Promise<Sample> => {
  const { rss, heapUsed, handles, instances, events } = await stack.api.usage()
  let [units, otherRows, characters] = [0, 0, 0]
  for await (const row of ledger.listEntities()) {
    if (String(row.rowKey).startsWith('u.')) units += 1
    else otherRows += 1
    characters += JSON.stringify(row).length
  }
  return {
    rss: rss / megabyte,
    heap: heapUsed / megabyte,
    handles,
    ...openFiles(stack.host.pid),
    instances,
    events,
    sqlite: bytesOf(stack.hostStateDir) / 1024,
    units,
    otherRows,
    ledger: characters / 1024,
  }
}
