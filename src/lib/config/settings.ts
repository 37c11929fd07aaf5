import type { Account, Route } from '../model.ts'
import { Secret } from '../secret.ts'
import {
  eventTopics,
  ledgerTable,
  type NumberName,
  numbers,
  runbook,
  settingDescriptions,
  topologyName,
} from './catalogue.ts'
import { type HubStorage, readHubStorage } from './hub-storage.ts'
import type { Issue } from './issues.ts'
import { readJson } from './json-text.ts'
import { shown } from './masking.ts'
import { nearest } from './nearest.ts'
import { readTelemetry, type TelemetrySettings } from './telemetry.ts'
import { readTopology, type Topology } from './topology.ts'

/** Everything an operator decides, checked. */
export interface Settings {
  readonly hub: HubStorage
  readonly accounts: readonly Account[]
  readonly routes: readonly Route[]
  /** Values of the settings that accounts name as their credential, by name of the setting. */
  readonly secrets: ReadonlyMap<string, Secret<string>>
  /** Factor for `timing`. */
  readonly pace: number
  readonly maxActive: number
  readonly maxActivePolicies: number
  readonly copyConcurrency: number
  /** Resource ids of topics that may send `Twinstream.*` events. */
  readonly eventTopics: readonly string[]
  readonly ledgerTable: string
  /** Address of the runbook; where none is given its path in the repository. */
  readonly runbook: string
  readonly telemetry: TelemetrySettings
}

export type SettingsResult =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly issues: readonly Issue[] }

export type Environment = Readonly<Record<string, string | undefined>>
type Get = (name: string) => string | undefined

const readNumber = (name: NumberName, get: Get, issues: Issue[]): number => {
  const rule = numbers[name]
  const text = get(name)
  if (text === undefined) return rule.fallback
  const value = /^\d*\.?\d+(e-?\d+)?$/i.test(text) ? Number(text) : Number.NaN
  if (value >= rule.least && value <= rule.most && (!rule.whole || Number.isInteger(value))) return value
  issues.push({ path: name, found: shown(text), allowed: rule.allowed })
  return rule.fallback
}

const readText = (
  { name, fallback, pattern, allowed }: typeof ledgerTable | typeof runbook,
  get: Get,
  issues: Issue[],
): string => {
  const text = get(name)
  if (text === undefined) return fallback
  if (!pattern.test(text)) issues.push({ path: name, found: shown(text), allowed })
  return text
}

const listOf = (text: string): readonly unknown[] | undefined => {
  if (!text.startsWith('[')) return text.split(',').map(item => item.trim())
  const json = readJson(text)
  return json.ok && Array.isArray(json.value) ? json.value : undefined
}

const isTopicId = (item: unknown): item is string =>
  typeof item === 'string' && /^\/subscriptions\/[^/\s]+(\/[^/\s]+)*$/i.test(item)

const readEventTopics = (get: Get, issues: Issue[]): readonly string[] => {
  const text = get(eventTopics.name)
  if (text === undefined) return []
  const items = listOf(text)
  const wrong = items === undefined ? [text] : items.filter(item => !isTopicId(item))
  for (const item of wrong) {
    issues.push({ path: eventTopics.name, found: shown(item), allowed: eventTopics.allowed })
  }
  return (items ?? []).filter(isTopicId)
}

const readTopologySetting = (get: Get, issues: Issue[]): Topology => {
  const text = get(topologyName)
  if (text === undefined) {
    issues.push({ path: topologyName, found: 'nothing', allowed: 'one JSON document: {accounts, routes}' })
    return { accounts: [], routes: [] }
  }
  const result = readTopology(text, name => get(name) !== undefined)
  if (result.ok) return result.topology
  issues.push(...result.issues)
  return { accounts: [], routes: [] }
}

/** A setting whose name is nearly one of ours would be ignored without a word. */
const misspelt = (env: Environment): Issue[] => {
  const known = settingDescriptions.map(setting => setting.name).filter(name => name.startsWith('TWINSTREAM_'))
  return Object.keys(env)
    .filter(name => name.startsWith('TWINSTREAM_') && !known.includes(name))
    .flatMap(name => {
      const likely = nearest(name, known, 2)
      return likely === undefined
        ? []
        : [{ path: name, found: 'a setting of unknown name', allowed: `${likely} (did you mean that?)` }]
    })
}

const secretsOf = (accounts: readonly Account[], get: Get): ReadonlyMap<string, Secret<string>> =>
  new Map(
    accounts.flatMap(({ credential }) => {
      const value = credential.kind === 'setting' ? get(credential.setting) : undefined
      return credential.kind === 'setting' && value !== undefined ? [[credential.setting, new Secret(value)]] : []
    }),
  )

/** Reads all settings and reports all mistakes at once. An empty value counts as not given, as in the portal. */
export const readSettings = (env: Environment): SettingsResult => {
  const get: Get = name => env[name]?.trim() || undefined
  const issues: Issue[] = misspelt(env)
  const hub = readHubStorage(get, issues)
  const { accounts, routes } = readTopologySetting(get, issues)
  const settings = {
    accounts,
    routes,
    secrets: secretsOf(accounts, get),
    pace: readNumber('TWINSTREAM_PACE', get, issues),
    maxActive: readNumber('TWINSTREAM_MAX_ACTIVE', get, issues),
    maxActivePolicies: readNumber('TWINSTREAM_MAX_ACTIVE_POLICIES', get, issues),
    copyConcurrency: readNumber('TWINSTREAM_COPY_CONCURRENCY', get, issues),
    eventTopics: readEventTopics(get, issues),
    ledgerTable: readText(ledgerTable, get, issues),
    runbook: readText(runbook, get, issues),
    telemetry: readTelemetry(get, issues),
  }
  return hub === undefined || issues.length > 0 ? { ok: false, issues } : { ok: true, settings: { hub, ...settings } }
}

/** Settings of this very process; nothing else reads its environment. */
export const processSettings = (): SettingsResult => readSettings(process.env)
