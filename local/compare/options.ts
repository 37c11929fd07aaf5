import { parseArgs } from 'node:util'

export interface Options {
  readonly from: string
  readonly to: string
  /** Files with the topology or settings; empty where the environment has it. */
  readonly topology: readonly string[]
  readonly prefix: string
  readonly trustMd5: boolean
  readonly json: boolean
}

export const usage = `npm run compare -- --from ACCOUNT --to ACCOUNT [options]

Reads both media accounts with their secrets and both storages, and says whether everything that plays from the one
plays from the other by the same address and the same keys. It takes nothing from the app and changes nothing.

  --from KEY        account that is published to, by its key in the topology
  --to KEY          account that is to be its twin
  --topology FILE   topology document, or settings in the form of local.settings.json; may be given twice, e.g. for
                    settings with the tokens in a file of their own. Without it: TWINSTREAM_TOPOLOGY of the environment,
                    or local.settings.json
  --prefix TEXT     only what has a name that begins with TEXT
  --trust-md5       takes the MD5 that storage keeps for the bytes, instead of reading every byte
  --json            one JSON document on stdout
  --help            this text

Exit code: 0 the same, 1 different, 2 wrong use, or an account cannot be read.
`

/** A command line or topology that makes no sense; the message says what is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        from: { type: 'string' },
        to: { type: 'string' },
        topology: { type: 'string', multiple: true, default: [] },
        prefix: { type: 'string', default: '' },
        'trust-md5': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    // Node's message names the argument; what it suggests after the first sentence does not fit here.
    const message = error instanceof Error ? error.message : String(error)
    throw new UsageError(`${message.split('. ')[0]?.replace(/\.$/, '')}.`)
  }
}

/** Throws UsageError. @returns undefined where only help is asked for. */
export const readOptions = (args: readonly string[]): Options | undefined => {
  const { from, to, help, topology, prefix, json, 'trust-md5': trustMd5 } = parse(args)
  if (help) return undefined
  if (!from || !to) throw new UsageError(`${from ? '--to' : '--from'} is missing: the key of an account.`)
  if (from === to) throw new UsageError('--from and --to are the same account.')
  return { from, to, topology, prefix, trustMd5, json }
}
