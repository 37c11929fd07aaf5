/** The tools that are compared, each as one command of its own from process start to end. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Job } from './client.ts'
import { type Measured, measure, measureClient } from './measure.ts'
import type { Place } from './storage.ts'

/** What a tool has to do. */
export interface Task {
  readonly source: Place
  readonly target: Place
  readonly names: readonly string[]
  readonly concurrency: number
  /** Folder for profiles of our own processes. */
  readonly profile: string | undefined
}

export interface Tool {
  readonly name: string
  /** What was done to the storage for it alone. */
  readonly note?: string
  run(task: Task): Promise<Measured>
}

/** Where a tool is not installed: what to say instead of its row. */
export interface Missing {
  readonly name: string
  readonly missing: string
}

const ours = (name: string, client: Job['client']): Tool => ({
  name,
  run: ({ source, target, names, concurrency, profile }) =>
    measureClient({ client, source: source.url, target: target.url, names, concurrency }, profile),
})

export const rawCopy = ours('raw copy, the floor', 'raw copy')
export const rawLists = ours('two raw listings, the floor', 'raw lists')
export const engine = ours('Twinstream', 'engine')
export const engineUnchanged = ours('Twinstream', 'engine, nothing changed')

/** The version that a program tells; undefined where it is not installed. */
const versionOf = (command: string, args: readonly string[]): string | undefined => {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' })
  return status === 0 ? /\d+\.\d+\.\d+/.exec(stdout)?.[0] : undefined
}

const rcloneRemote = (name: string, place: Place): NodeJS.ProcessEnv => ({
  [`RCLONE_CONFIG_${name}_TYPE`]: 'azureblob',
  [`RCLONE_CONFIG_${name}_SAS_URL`]: place.accountUrl,
})

/** @param verb `copy`, or `sync` with what it is to compare by. */
export const rclone = (command: string, verb: readonly string[], transfers: number | undefined): Tool | Missing => {
  const version = versionOf(command, ['version'])
  const name = `rclone ${version ?? ''}${transfers === undefined ? '' : ` --transfers ${transfers}`}`
  if (version === undefined) return { name: name.replace('  ', ' '), missing: 'not installed' }
  return {
    name,
    run: ({ source, target }) =>
      measure(
        command,
        [
          ...verb,
          `SRC:${source.name}`,
          `DST:${target.name}`,
          '--server-side-across-configs',
          ...(transfers === undefined ? [] : ['--transfers', String(transfers)]),
          '--retries',
          '1',
        ],
        { env: { ...rcloneRemote('SRC', source), ...rcloneRemote('DST', target), RCLONE_CONFIG: devNull } },
      ),
  }
}

export const azcopy = (command: string, verb: readonly string[]): Tool | Missing => {
  const version = versionOf(command, ['--version'])
  if (version === undefined) return { name: 'AzCopy', missing: 'not installed' }
  return {
    name: `AzCopy ${version}`,
    note: 'Azurite was given Put Blob From URL, which AzCopy needs and it lacks',
    async run({ source, target }) {
      const folder = mkdtempSync(join(tmpdir(), 'twinstream-azcopy-'))
      const [subcommand = 'copy', ...flags] = verb
      try {
        const from = ['--from-to', 'BlobBlob', '--recursive', '--skip-version-check', '--output-level', 'essential']
        return await measure(command, [subcommand, source.url, target.url, ...flags, ...from], {
          env: { AZCOPY_LOG_LOCATION: folder, AZCOPY_JOB_PLAN_LOCATION: folder, AZCOPY_DISABLE_SYSLOG: 'true' },
        })
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    },
  }
}
