/** `npm run prove`: the checks of docs/unproven.md that a program can run, where there are credentials. */
import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { openEnds } from '../compare/accounts.ts'
import { UsageError } from '../compare/options.ts'
import { Unreadable } from '../compare/patience.ts'
import { askedAccount } from './account.ts'
import { type Check, type Finding, type Ground, notRun } from './check.ts'
import { checks } from './checks.ts'
import { listenForStop } from './stop.ts'
import { tellLeft } from './writing.ts'

const usage = `npm run prove -- --from ACCOUNT --to ACCOUNT [options]

Runs what it can of docs/unproven.md against two media accounts, and says of each row whether it is proven, refuted or
not run, and why. Without --write it changes nothing.

  --from KEY, --to KEY   source and target, by their keys in the topology
  --topology FILE        topology document, or settings in the form of local.settings.json; may be given twice. Without
                         it: TWINSTREAM_TOPOLOGY of the environment, or local.settings.json
  --write                also what makes an asset and locators of its own in the target, and removes them
  --only ID              one row; may be given several times
  --help                 this text

TWINSTREAM_URL and TWINSTREAM_KEY: address of a deployed app, and a function key for reading.
Ctrl-C removes what was made before it ends; once more ends at once, and names it.
Exit code: 0 something proven and nothing refuted, 1 something refuted, 2 nothing proven, no credential or wrong use, 130
ended by Ctrl-C.
`

/** As shells have it for what Ctrl-C has ended. */
const interrupted = 130

const parse = (args: string[]) => {
  try {
    return parseArgs({
      args,
      options: {
        from: { type: 'string' },
        to: { type: 'string' },
        topology: { type: 'string', multiple: true, default: [] },
        only: { type: 'string', multiple: true, default: [] },
        write: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error))
  }
}

/** A check that fails in its course has refuted nothing. Throws Unreadable: without a credential none can be run. */
const find = async ({ byHand, writes, run }: Check, ground: Ground, mayWrite: boolean): Promise<Finding> => {
  if (run === undefined) return notRun(`by hand: ${byHand ?? 'see the page'}`)
  if (writes === true && !mayWrite) return notRun('it writes to the target; --write lets it')
  try {
    return await run(ground)
  } catch (error) {
    if (error instanceof Unreadable) throw error
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return notRun(cause instanceof Error ? cause.message : String(cause))
  }
}

const words: Readonly<Record<Finding['result'], string>> = { proven: 'proven ', refuted: 'REFUTED', notRun: 'not run' }

/** The app to ask, where the environment names one. Its address is also taken as that of its API. */
const deployed = ({ TWINSTREAM_URL: url, TWINSTREAM_KEY: key }: NodeJS.ProcessEnv): Pick<Ground, 'app'> => {
  if (!url || !key) return {}
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) throw new UsageError('TWINSTREAM_URL is an address: https://…')
  return { app: { url: url.replace(/(\/api)?\/*$/, ''), key } }
}

const prove = async (args: string[]): Promise<number> => {
  const { from, to, topology, only, write, help } = parse(args)
  if (help) {
    process.stdout.write(usage)
    return 0
  }
  if (!from || !to || from === to) throw new UsageError('--from and --to are the keys of two accounts.')
  const unknown = only.filter(id => !checks.some(check => check.id === id))
  if (unknown.length > 0) throw new UsageError(`There is no row ${unknown.join(', ')}.`)
  const stop = listenForStop(made => {
    tellLeft(to, made)
    process.exit(interrupted)
  })
  const { a, b } = await openEnds({ from, to, topology }, process.env)
  const ground: Ground = {
    source: askedAccount(a),
    target: askedAccount(b),
    stop,
    prefix: `twinstream-prove-${randomBytes(4).toString('hex')}`,
    ...deployed(process.env),
  }
  const counts = { proven: 0, refuted: 0, notRun: 0 }
  for (const check of checks.filter(({ id }) => only.length === 0 || only.includes(id))) {
    if (stop.signal.aborted) return interrupted
    const { result, detail } = await find(check, ground, write)
    counts[result] += 1
    process.stdout.write(`${words[result]}  ${check.id}: ${detail}\n`)
  }
  process.stdout.write(`${counts.notRun} not run\n${counts.proven} passed, ${counts.refuted} failed\n`)
  if (stop.signal.aborted) return interrupted
  if (counts.refuted > 0) return 1
  return counts.proven > 0 ? 0 : 2
}

const main = async (): Promise<number> => {
  try {
    return await prove(process.argv.slice(2))
  } catch (error) {
    if (error instanceof UsageError) console.error(`prove: ${error.message}\n\n${usage}`)
    else if (error instanceof Unreadable) console.error(`prove: ${error.message}`)
    else throw error
    return 2
  }
}

process.exitCode = await main()
