import { parseArgs } from 'node:util'

export const usage = `npm run test:faults -- [options]

Plays generated histories against the real app on a local ground: what publishers do, what goes wrong, kills, resyncs.
Watchers look at B all the time, and at the end B has to have become A. The exit code is 0 only when every promise was kept.

  --runs N         so many histories (10)
  --seed S         the first is made from S, the next from S + 1, and so on; a random one is taken and shown without it
  --minutes M      as many histories as fit into M minutes, instead of a number
  --processes N    plays them in N processes at once (1), each with its own ground; progress on stderr
  --history FILE   plays the history in FILE instead; with --runs, so often
  --fixed          the small set that CI plays
  --evidence DIR   keeps there, of each history that fails, log, calls and ledger: a failure may not come again soon
  --no-shrink      does not look for the smallest history that fails
  --json           one JSON document on stdout, progress on stderr
  --help           this text

Ctrl-C ends it after the history at hand, with the totals so far.

A seed gives the same history every time. What happens in it depends on timing as well: a failure may take several runs
to come again, and shrinking plays each candidate up to three times.
`

export interface Options {
  readonly runs: number
  readonly seed: number
  /** Begins no further history after so many milliseconds. */
  readonly longest: number
  readonly history: string | undefined
  readonly fixed: boolean
  readonly shrink: boolean
  readonly json: boolean
  readonly processes: number
  readonly evidence: string | undefined
}

const wholeNumber = (text: string, name: string): number => {
  if (!/^\d{1,10}$/.test(text)) throw new Error(`--${name} must be a whole number, found ${text}.`)
  return Number(text)
}

/** Throws one sentence for a command line that makes no sense. @returns undefined where only help is asked for. */
export const readOptions = (args: readonly string[]): Options | undefined => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string' },
      seed: { type: 'string' },
      minutes: { type: 'string' },
      history: { type: 'string' },
      evidence: { type: 'string' },
      fixed: { type: 'boolean', default: false },
      'no-shrink': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      processes: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const { minutes } = values
  const processes = wholeNumber(values.processes, 'processes')
  if (processes < 1) throw new Error('--processes must be 1 or more.')
  if (
    processes > 1 &&
    (values.fixed || values.history !== undefined || (minutes !== undefined && values.runs === undefined))
  )
    throw new Error('--processes shares --runs out; it takes neither --fixed nor --history, nor --minutes alone.')
  const usual = minutes !== undefined ? '1000000' : values.history === undefined ? '10' : '1'
  return {
    runs: wholeNumber(values.runs ?? usual, 'runs'),
    longest: minutes === undefined ? Number.POSITIVE_INFINITY : wholeNumber(minutes, 'minutes') * 60_000,
    seed: wholeNumber(values.seed ?? String(Math.floor(Math.random() * 1_000_000_000)), 'seed'),
    history: values.history,
    evidence: values.evidence,
    fixed: values.fixed,
    shrink: !values['no-shrink'],
    json: values.json,
    processes,
  }
}
