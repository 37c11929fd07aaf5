/** `npm start`: everything on 127.0.0.1, region B becoming the twin of region A, and then yours to try. */
import { npmGone } from '../parent.ts'
import type { Stack } from '../stack/stack.ts'
import { runDemo } from './demo.ts'
import { type Options, readOptions, UsageError, usage } from './options.ts'
import { checkPorts } from './ports.ts'
import { howToTry } from './try.ts'

/** A demo that is not done by then never will be. */
const timeLimit = 5 * 60_000

const began = performance.now()

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Progress, one line a step: time since the start, and what happened. */
const sayTo = (stream: NodeJS.WriteStream) => (line: string) => {
  stream.write(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}\n`)
}

/** Aborts with the reason: a signal, of a terminal that is closed too, the end of npm, or the time limit until `liftLimit` is called. */
const stopper = () => {
  const controller = new AbortController()
  const stop = (reason: string) => controller.abort(new Error(reason))
  const timer = setTimeout(stop, timeLimit, `B was not in sync after ${timeLimit / 60_000} minutes.`)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => stop(`Stopped by ${signal}.`))
  // A terminal that is closed takes no more lines, which is no reason to leave anything behind.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  void npmGone().then(() => stop('Stopped, since npm has ended.'))
  return { signal: controller.signal, liftLimit: () => clearTimeout(timer) }
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

/** Settles with a sentence when a part that everything needs has ended by itself. */
const brokenPart = async (stack: Stack): Promise<never> => {
  throw new Error(await stack.failed)
}

const run = async (options: Options): Promise<number> => {
  const say = sayTo(options.json ? process.stderr : process.stdout)
  const { signal, liftLimit } = stopper()
  const log = options.verbose
    ? (source: string, line: string) => process.stderr.write(`${source}: ${line}\n`)
    : undefined
  let stack: Stack | undefined
  const stopped = aborted(signal)
  stopped.catch(() => {})
  try {
    await checkPorts(options)
    say('starting storage, two media accounts and the app')
    // Only now, since loading all of it takes longer than looking at the ports.
    const { startStack } = await import('../stack/stack.ts')
    stack = await startStack({
      ports: { simulator: options.port, host: options.hostPort, storage: options.storagePort },
      persistent: !options.once,
      ...(log === undefined ? {} : { log }),
      stopped: signal,
    })
    say(`media accounts on ${stack.urls.simulator}, storage on ${stack.urls.storage}, app on ${stack.urls.host}`)
    const summary = await Promise.race([runDemo(stack, say, signal), stopped, brokenPart(stack)])
    liftLimit()
    if (options.json) process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`)
    if (options.once || !summary.verified) return summary.verified ? 0 : 1
    process.stdout.write(howToTry(stack))
    await Promise.race([stopped.catch(() => {}), brokenPart(stack)])
    say('ending')
    return 0
  } catch (error) {
    if (options.json)
      process.stdout.write(`${JSON.stringify({ verified: false, reason: messageOf(error) }, null, 2)}\n`)
    console.error(`npm start: ${messageOf(error)}`)
    return 1
  } finally {
    liftLimit()
    await stack?.close()
  }
}

const main = async (): Promise<number> => {
  let options: Options
  try {
    options = readOptions(process.argv.slice(2), process.env)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(`npm start: ${error.message}\n\n${usage}`)
    return 2
  }
  if (!options.help) return run(options)
  process.stdout.write(usage)
  return 0
}

process.exitCode = await main()
