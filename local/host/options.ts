import { parseArgs } from 'node:util'
import { HostError, messageOf } from './errors.ts'
import type { Level, LogFormat } from './log.ts'

export interface HostOptions {
  /** Directory with host.json and package.json, whose "main" is the app. */
  readonly app: string
  /** @default 0, any free port */
  readonly port?: number
  /** Directory of durable.db and keys.json; made when missing. */
  readonly state: string
  /** Settings in the form of local.settings.json. @default local.settings.json of the app, when there is one */
  readonly settings?: string
  /** Ask for access keys. @default false, as with `func start` */
  readonly auth?: boolean
  /** @default 'text' */
  readonly log?: LogFormat
  /** Least level that is logged. @default 'information' */
  readonly logLevel?: Level
  /** Below 1, timers run every (interval × pace), at least every second. @default TWINSTREAM_PACE, else 1 */
  readonly pace?: number
  /** Longest request body in bytes. @default 104857600, as in Azure */
  readonly bodyLimit?: number
  /** Takes each log line. @default stdout */
  readonly write?: (line: string) => void
  /** The host cannot go on, for instance since the disk is full. @default ends the process with exit code 1 */
  readonly onFatal?: (error: Error) => void
}

export const usage = `Usage: node local/host/main.ts --app DIR --state DIR [options]
  --app DIR         app directory: host.json, package.json with "main"
  --state DIR       where durable state and access keys are kept
  --port N          port on 127.0.0.1 (default: any free one)
  --settings FILE   settings in the form of local.settings.json; the environment wins
  --auth            ask for access keys (in DIR/keys.json)
  --log text|json   form of the log (default: text)
  --pace X          below 1: timers run every (interval x X), at least every second
  --body-limit N    longest request body in bytes (default: 104857600)
  --with-parent     end when stdin is closed`

/** Reads the command line. Throws HostError. */
export const parseArguments = (args: readonly string[]): HostOptions & { readonly withParent: boolean } => {
  const values = read(args)
  if (!values.app) throw new HostError('--app DIR is missing.')
  if (!values.state) throw new HostError('--state DIR is missing.')
  if (values.log !== undefined && values.log !== 'text' && values.log !== 'json') {
    throw new HostError('--log must be text or json.')
  }
  const port = number('--port', values.port, value => Number.isInteger(value) && value >= 0 && value <= 65_535)
  const pace = number('--pace', values.pace, value => value > 0)
  const bodyLimit = number('--body-limit', values['body-limit'], value => Number.isInteger(value) && value > 0)
  return {
    app: values.app,
    state: values.state,
    auth: values.auth ?? false,
    withParent: values['with-parent'] ?? false,
    ...(values.log ? { log: values.log } : {}),
    ...(values.settings ? { settings: values.settings } : {}),
    ...(port === undefined ? {} : { port }),
    ...(pace === undefined ? {} : { pace }),
    ...(bodyLimit === undefined ? {} : { bodyLimit }),
  }
}

const read = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        app: { type: 'string' },
        state: { type: 'string' },
        port: { type: 'string' },
        settings: { type: 'string' },
        auth: { type: 'boolean' },
        log: { type: 'string' },
        pace: { type: 'string' },
        'body-limit': { type: 'string' },
        'with-parent': { type: 'boolean' },
      },
    }).values
  } catch (error) {
    throw new HostError(messageOf(error))
  }
}

const number = (name: string, text: string | undefined, valid: (value: number) => boolean): number | undefined => {
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() === '' || !valid(value)) throw new HostError(`${name} ${text} is not a valid number.`)
  return value
}
