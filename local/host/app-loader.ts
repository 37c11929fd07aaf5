import { globSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { MatchStrategy, Versioning } from './durable/versions.ts'
import { HostError, messageOf } from './errors.ts'
import { isRecord, readJson } from './settings-file.ts'

/** An app directory that was found in order, before any of its code has run. */
export interface AppDirectory {
  readonly path: string
  readonly files: readonly string[]
  readonly esm: boolean
  readonly host: HostJson
}

export interface HostJson {
  readonly routePrefix: string
  readonly maxActivities: number
  readonly maxOrchestrators: number
  readonly versioning: Versioning
  readonly hubName: string
}

/** Checks host.json, package.json and "main" (a glob, as on the real host). */
export const findApp = (directory: string): AppDirectory => {
  const path = resolve(directory)
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new HostError(`The app directory ${path} does not exist.`)
  }
  const host = parseHostJson(readJson(join(path, 'host.json'), 'host.json'))
  const manifest = readJson(join(path, 'package.json'), 'package.json')
  const main = isRecord(manifest) ? manifest.main : undefined
  if (typeof main !== 'string' || main === '') throw new HostError(`${join(path, 'package.json')} names no "main".`)
  const files = globSync(main, { cwd: path })
    .map(file => join(path, file))
    .sort()
  if (files.length === 0) throw new HostError(`No file matches "main" (${main}) in ${path}. Build the app first.`)
  return { path, files, esm: isRecord(manifest) && manifest.type === 'module', host }
}

/** Loads every main file in turn, in this process. */
export const loadApp = async ({ path, files, esm }: AppDirectory): Promise<void> => {
  const require = createRequire(join(path, 'package.json'))
  for (const file of files) {
    try {
      if (file.endsWith('.mjs') || (esm && !file.endsWith('.cjs'))) await import(pathToFileURL(file).href)
      else require(file)
    } catch (error) {
      throw new HostError(`The app failed to load (${file}): ${messageOf(error)}`, { cause: error })
    }
  }
}

const parseHostJson = (content: unknown): HostJson => {
  const root = record(content)
  const extensions = record(root.extensions)
  const durable = record(extensions.durableTask)
  const prefix = record(extensions.http).routePrefix
  return {
    routePrefix: typeof prefix === 'string' ? prefix.replace(/^\/+|\/+$/g, '') : 'api',
    maxActivities: positive(durable, 'maxConcurrentActivityFunctions', 10),
    maxOrchestrators: positive(durable, 'maxConcurrentOrchestratorFunctions', 10),
    hubName: text(durable, 'hubName', 'TestHubName'),
    versioning: {
      defaultVersion: text(durable, 'defaultVersion', ''),
      match: choice(durable, 'versionMatchStrategy', matchStrategies, 'CurrentOrOlder'),
      failure: choice(durable, 'versionFailureStrategy', ['Reject', 'Fail'] as const, 'Reject'),
    },
  }
}

const matchStrategies: readonly MatchStrategy[] = ['None', 'Strict', 'CurrentOrOlder']

const record = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {})

const positive = (from: Record<string, unknown>, key: string, fallback: number): number => {
  const value = from[key] ?? fallback
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value
  throw new HostError(`host.json: extensions.durableTask.${key} must be a whole number above 0.`)
}

const text = (from: Record<string, unknown>, key: string, fallback: string): string => {
  const value = from[key]
  return typeof value === 'string' ? value : fallback
}

const choice = <T extends string>(
  from: Record<string, unknown>,
  key: string,
  allowed: readonly T[],
  fallback: T,
): T => {
  const value = from[key]
  if (value === undefined) return fallback
  const found = allowed.find(one => typeof value === 'string' && one.toLowerCase() === value.toLowerCase())
  if (found) return found
  throw new HostError(`host.json: extensions.durableTask.${key} must be one of ${allowed.join(', ')}.`)
}
