/** `npm run bench:cold`: what a new instance pays to load the app, beside the same app without a bundle. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { goalTable, machine, runCommand, whole } from '../command.ts'
import { figure, markdownTable, median } from '../table.ts'
import { type Built, buildBundle, buildUnbundled } from './builds.ts'

const usage = `npm run bench:cold -- [options]
  --rounds N     rounds, of which the median counts (9)
  --profile DIR  writes a CPU profile of each load there; they take time themselves
  --json FILE    writes every figure
`

interface Load {
  readonly milliseconds: number
  readonly cpuMilliseconds: number
  readonly idleBytes: number
}

const root = join(import.meta.dirname, '..', '..')
const sample = JSON.parse(readFileSync(join(root, 'local.settings.sample.json'), 'utf8')) as { Values: object }

/** Loads it in a process of its own, without a compile cache. @param later files to load after the measured part. */
const load = async (file: string, later: readonly string[] = [], profile?: string): Promise<Load> => {
  const child = fork(join(import.meta.dirname, 'load.cjs'), [file, ...(later.length > 0 ? [later.join(',')] : [])], {
    env: { ...process.env, ...sample.Values, NODE_DISABLE_COMPILE_CACHE: '1' },
    execArgv: profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-interval', '200', '--cpu-prof-dir', profile],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const errors: string[] = []
  child.stderr?.on('data', chunk => errors.push(String(chunk)))
  const ended = once(child, 'exit').then(() => {
    throw new Error(`The app does not load: ${errors.join('').trim().split('\n').slice(0, 3).join(' ')}`)
  })
  const [message] = await Promise.race([once(child, 'message'), ended])
  child.disconnect()
  await ended.catch(() => {})
  return message as Load
}

interface Round {
  readonly bundle: Load
  readonly whole: Load
  readonly unbundled: Load
}

const print = (rounds: readonly Round[], bundle: Built, unbundled: Built): void => {
  const over = (read: (round: Round) => number) => median(rounds.map(read))
  const idle = over(round => round.bundle.idleBytes) / 1e6
  console.log(
    `\n${goalTable([
      {
        what: 'loading the bundle ÷ the unbundled app',
        median: over(one => one.bundle.milliseconds / one.unbundled.milliseconds),
        most: 0.3,
      },
      { what: 'idle memory, MB', median: idle, most: 150 },
    ])}\n`,
  )
  const row = (name: string, of: (round: Round) => Load, bytes: string) => [
    name,
    figure(over(round => of(round).milliseconds)),
    figure(over(round => of(round).cpuMilliseconds)),
    figure(over(round => of(round).idleBytes) / 1e6),
    bytes,
  ]
  console.log(
    markdownTable([
      ['loaded', 'wall, ms', 'CPU, ms', 'idle, MB', 'own files, kB'],
      row('bundle', ({ bundle: one }) => one, figure(bundle.bytes / 1e3)),
      row('bundle, then all that is loaded later', ({ whole: one }) => one, ''),
      row('unbundled', ({ unbundled: one }) => one, figure(unbundled.bytes / 1e3)),
    ]),
  )
}

const main = async (): Promise<void> => {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    options: { rounds: text, profile: text, json: text, help: { type: 'boolean', default: false } },
  })
  if (values.help) return console.log(usage)
  const rounds = whole(values.rounds ?? '9', 'rounds')
  console.log(`${machine()}; medians of ${rounds} rounds`)
  const dir = join(root, 'node_modules', '.cache', `twinstream-cold-${process.pid}`)
  mkdirSync(dir, { recursive: true })
  try {
    const [bundle, unbundled] = [await buildBundle(join(dir, 'bundle')), await buildUnbundled(join(dir, 'unbundled'))]
    const taken: Round[] = []
    // One before the rounds, so that no file is read from the disk in them.
    for (let round = 0; round <= rounds; round++) {
      const one = {
        unbundled: await load(unbundled.main, [], values.profile),
        bundle: await load(bundle.main, [], values.profile),
        whole: await load(bundle.main, bundle.later),
      }
      if (round > 0) taken.push(one)
    }
    print(taken, bundle, unbundled)
    if (values.json !== undefined)
      writeFileSync(values.json, `${JSON.stringify({ machine: machine(), rounds: taken }, null, 2)}\n`)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

await runCommand('bench:cold', main)
