/**
 * Keeps which principal asked for which action of Resource Manager, so that the roles of a deployment can be held against
 * it: JSON lines beside the answers (`answer-record.ts`), and off like them.
 */
import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'

export interface UsedAction {
  readonly principal: string
  /** Below `Microsoft.Media/mediaservices/`, e.g. `assets/read`; the account's own are `read` and so on. */
  readonly action: string
  readonly allowed: boolean
}

/** How the names of these files end. */
export const actionFiles = '.actions.jsonl'

/** Answers what takes note of an action; undefined when nobody asked for a record. */
export const actionRecord = (folder: string | undefined): ((used: UsedAction) => void) | undefined => {
  if (folder === undefined || folder === '') return undefined
  const file = join(folder, `${process.pid}-${randomUUID()}${actionFiles}`)
  const seen = new Set<string>()
  return used => {
    const line = JSON.stringify(used)
    if (seen.has(line)) return
    seen.add(line)
    appendFileSync(file, `${line}\n`)
  }
}
