/**
 * What `startAzurite` runs in the child: Azurite's own entry, made to end with its parent. The parent holds the other
 * end of stdin; the system closes it even when the parent is killed.
 */
import { createRequire, enableCompileCache } from 'node:module'
import { join } from 'node:path'

const require = createRequire(import.meta.url)
const inMemory = process.argv.includes('--inMemoryPersistence')
const longestTimer = 2 ** 31 - 1
const closeDeadline = 3000

const end = (): void => {
  if (inMemory) process.exit()
  setTimeout(() => process.exit(), closeDeadline).unref()
  process.emit('SIGTERM')
}

process.stdin.on('close', end).resume()
process.stdin.unref()

enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/compile'))

// Azurite's garbage collection in memory takes minutes of CPU for some thousand extents, and may take one that was
// written a moment ago. On disk it does neither.
if (inMemory)
  for (const path of ['azurite/dist/src/blob/utils/constants.js', 'azurite/dist/src/queue/utils/constants.js'])
    (require(path) as { DEFAULT_GC_INTERVAL_MS: number }).DEFAULT_GC_INTERVAL_MS = longestTimer

require('azurite/dist/src/azurite.js')
