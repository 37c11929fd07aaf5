/** The app's settings for a stack, in the form of local.settings.json. */
import { writeFile } from 'node:fs/promises'
import { type RegionKey, regionKeys, type Topology, tokenSettings } from './regions.ts'

export interface StackSettings {
  readonly connection: string
  readonly topology: Topology
  readonly tokens: Readonly<Record<RegionKey, string>>
  readonly pace: number
  /** Resource id of the topic that publishers use. */
  readonly eventTopic: string
  /** Wins over the others; undefined takes one away. */
  readonly more: Readonly<Record<string, string | undefined>>
}

/** Holds tokens and keys, so only its owner reads it. */
export const writeSettings = (file: string, settings: StackSettings): Promise<void> => {
  const values: Record<string, string | undefined> = {
    FUNCTIONS_WORKER_RUNTIME: 'node',
    FUNCTIONS_NODE_BLOCK_ON_ENTRY_POINT_ERROR: 'true',
    AzureWebJobsStorage: settings.connection,
    TWINSTREAM_TOPOLOGY: JSON.stringify(settings.topology),
    TWINSTREAM_EVENT_TOPICS: settings.eventTopic,
    TWINSTREAM_PACE: String(settings.pace),
    ...Object.fromEntries(regionKeys.map(key => [tokenSettings[key], settings.tokens[key]])),
    ...settings.more,
  }
  return writeFile(file, JSON.stringify({ IsEncrypted: false, Values: values }, null, 2), { mode: 0o600 })
}

/** Would win over the settings, or lead requests to 127.0.0.1 astray. */
const unwanted =
  /^(TWINSTREAM_|AzureWebJobs|FUNCTIONS_|AZURE_|(EAST|WEST|NORTH|SOUTH)_TOKEN$|NODE_OPTIONS$|(https?|all)_proxy$)/i

export const hostEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !unwanted.test(name)))
