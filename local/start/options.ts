import { parseArgs } from 'node:util'

export interface Options {
  readonly port: number
  readonly hostPort: number
  readonly storagePort: number
  readonly once: boolean
  readonly json: boolean
  readonly help: boolean
  readonly verbose: boolean
}

export const usage = `npm start [-- options]

Starts two media accounts (simulated), storage, and the app on 127.0.0.1, publishes two titles in region A and shows
region B becoming its twin.

  --port N          port of the media accounts and event topics (7080)
  --host-port N     port of the app (7071)
  --storage-port N  port of the blob storage (10000)
                    0 takes any free port
  --once            end when B is in sync and verified; exit code 0 only then
  --json            one JSON document on stdout, progress on stderr
  --verbose         show the log of the app as well
  --help            this text
`

/** A command line that makes no sense; the message says what is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const portOf = (name: string, text: string): number => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port >= 0 && port <= 65_535) return port
  throw new UsageError(`--${name} must be a port from 0 to 65535, not "${text}".`)
}

const defaults = { port: '7080', 'host-port': '7071', 'storage-port': '10000' } as const
const portNames = Object.keys(defaults) as (keyof typeof defaults)[]

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        'host-port': { type: 'string' },
        'storage-port': { type: 'string' },
        once: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    // Node's message names the argument; what it suggests after the first sentence does not fit here.
    const message = error instanceof Error ? error.message : String(error)
    throw new UsageError(`${message.split('. ')[0]?.replace(/\.$/, '')}.`)
  }
}

/** npm takes options for its own unless they stand behind `--`, and only warns. */
const refuseSwallowed = (
  values: ReturnType<typeof parse>,
  environment: Readonly<Record<string, string | undefined>>,
) => {
  for (const name of ['once', 'json', ...portNames] as const)
    if (!values[name] && environment[`npm_config_${name.replaceAll('-', '_')}`])
      throw new UsageError(`npm took --${name} for an option of its own: write npm start -- --${name}.`)
}

/** @param environment as npm leaves it. Throws UsageError. */
export const readOptions = (
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
): Options => {
  const values = parse(args)
  refuseSwallowed(values, environment)
  const portFor = (name: keyof typeof defaults) => portOf(name, values[name] ?? defaults[name])
  for (const [index, name] of portNames.entries()) {
    const port = portFor(name)
    const other = portNames.slice(0, index).find(earlier => port !== 0 && portFor(earlier) === port)
    if (other === undefined) continue
    const shown = [other, name].map(each => `--${each}${values[each] === undefined ? ' (by default)' : ''}`)
    throw new UsageError(`${shown.join(' and ')} are both ${port}; they must differ.`)
  }
  return {
    port: portFor('port'),
    hostPort: portFor('host-port'),
    storagePort: portFor('storage-port'),
    once: values.once,
    json: values.json,
    help: values.help,
    verbose: values.verbose,
  }
}
