import { parseArgs } from 'node:util'

export const usage = `npm run test:soak -- [options]

Lets the app live through many days, each of some seconds: steady work and steady faults, then a night in which it comes to
rest, an hour goes by (eight days at the pace of the laboratory), and everything is swept and tidied. What its process
and its tables have taken up is measured every night, and has to be flat after the first third of them.

  --minutes M   begins no further day after so many minutes (20)
  --seed S      the faults are made from S; a random one is taken and shown without it
  --json        one JSON document on stdout, progress on stderr
  --help        this text

Ctrl-C ends it after the step at hand, with what was measured so far.
`

export interface Options {
  readonly milliseconds: number
  readonly seed: number
  readonly json: boolean
}

const positive = (text: string, name: string): number => {
  const value = Number(text)
  if (!/^\d{1,9}(\.\d+)?$/.test(text) || value <= 0)
    throw new Error(`--${name} must be a number above 0, found ${text}.`)
  return value
}

/** Throws one sentence for a command line that makes no sense. @returns undefined where only help is asked for. */
export const readOptions = (args: readonly string[]): Options | undefined => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '20' },
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  return {
    milliseconds: positive(values.minutes, 'minutes') * 60_000,
    seed: Math.floor(positive(values.seed ?? String(1 + Math.floor(Math.random() * 1_000_000_000)), 'seed')),
    json: values.json,
  }
}
