/** `npm run simulator`: media accounts of a topology with storage and Event Grid, until it is interrupted. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startAzurite } from '../azurite.ts'
import { npmGone } from '../parent.ts'
import { movableClock, systemClock } from './clock.ts'
import { Counters } from './counters.ts'
import { createEventGrid } from './event-grid/event-grid.ts'
import { Faults } from './faults.ts'
import { startSimulator } from './simulator.ts'
import { createBlobStore } from './storage/blob-store.ts'
import { startStorage } from './storage/storage.ts'
import { InvalidTopology, readTopology, type TopologyAccount } from './topology.ts'

const usage = `Usage: npm run simulator -- --topology FILE [options]
  --port N              port of the simulator (default: a free one)
  --storage-port N      port of the blob storage (default: a free one)
  --data DIR            keeps the blobs there (default: in memory)
  --sample DIR          files that a job writes into its output assets (default: local/sample)
  --job-milliseconds N  from the creation of a job to its end (default: 600)
  --help                this text`

interface Options {
  readonly port: number
  readonly storagePort: number
  readonly topology: unknown
  readonly accounts: readonly TopologyAccount[]
  readonly data: string | undefined
  readonly sample: string
  readonly jobMilliseconds: number
}

/** Something the person at the keyboard can put right. */
class Mistake extends Error {}

const wholeNumber = (name: string, text: string | undefined, fallback: number, most: number): number => {
  if (text === undefined) return fallback
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0 || number > most)
    throw new Mistake(`--${name} must be a whole number from 0 to ${most}, found ${text}`)
  return number
}

const readDocument = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new Mistake(`The topology file ${file} cannot be used: ${error instanceof Error ? error.message : 'unknown'}`)
  }
}

const argumentsOf = (args: string[]) => {
  const text = { type: 'string' } as const
  const names = { port: text, topology: text, 'storage-port': text, data: text, sample: text, 'job-milliseconds': text }
  try {
    return parseArgs({ args, options: names }).values
  } catch (error) {
    throw new Mistake(`${error instanceof Error ? error.message : 'unknown'}\n${usage}`)
  }
}

const readOptions = (args: string[]): Options => {
  const values = argumentsOf(args)
  if (values.topology === undefined) throw new Mistake(`--topology FILE is missing\n${usage}`)
  const topology = readDocument(values.topology)
  return {
    port: wholeNumber('port', values.port, 0, 65_535),
    storagePort: wholeNumber('storage-port', values['storage-port'], 0, 65_535),
    topology,
    accounts: readTopology(topology),
    data: values.data,
    sample: values.sample ?? join(import.meta.dirname, '..', 'sample'),
    jobMilliseconds: wholeNumber('job-milliseconds', values['job-milliseconds'], 600, 24 * 60 * 60_000),
  }
}

const log = (line: string): void => console.error(line)

type Closable = { close(): void | Promise<void> }

/** What was started last ends first; trouble with one does not keep the others from ending. */
const closeAll = async (parts: readonly Closable[]): Promise<void> => {
  for (const part of parts.toReversed())
    await Promise.resolve(part.close()).catch((error: unknown) => log(`Not ended cleanly: ${String(error)}`))
}

/** Starts everything; what was started is added to `parts` at once, so that it can be ended when a later part fails. */
const start = async (options: Options, parts: Closable[]) => {
  const faults = new Faults()
  const clock = movableClock(systemClock())
  const counters = new Counters()
  const names = [...new Set(options.accounts.flatMap(account => account.storageAccounts))]
  const azurite = await startAzurite({
    accounts: names.map(name => ({ name, key: randomBytes(64).toString('base64') })),
    ...(options.data === undefined ? {} : { dir: options.data }),
  })
  parts.push(azurite)
  const accountOf = (storage: string) =>
    options.accounts.find(account => account.storageAccounts.includes(storage))?.key
  const storage = await startStorage({ port: options.storagePort, azurite, faults, counters, accountOf, clock, log })
  parts.push(storage)
  const accountOfTopic = (topic: string) =>
    options.accounts.find(({ accountName }) => topic.toLowerCase().endsWith(`/mediaservices/${accountName}`))?.key
  const blobStore = createBlobStore(azurite, storage.url)
  const events = createEventGrid({ faults, counters, clock, accountOfTopic, blobStore })
  parts.push(events)
  const simulator = await startSimulator({
    port: options.port,
    topology: options.topology,
    blobStore,
    events,
    faults,
    counters,
    clock,
    sampleDir: options.sample,
    jobMilliseconds: options.jobMilliseconds,
    log,
  })
  parts.push(simulator)
  return { simulator, storage, azurite }
}

const interrupted = () =>
  new Promise<void>(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
    void npmGone().then(resolve)
  })

const main = async (): Promise<number> => {
  if (process.argv.includes('--help')) {
    console.log(usage)
    return 0
  }
  const parts: Closable[] = []
  // From the first moment on, so that an interruption while starting ends cleanly too.
  const stop = interrupted()
  try {
    const { simulator, storage, azurite } = await start(readOptions(process.argv.slice(2)), parts)
    console.log(`Simulator ready: ${simulator.url} (storage ${storage.url}, control ${simulator.url}/_sim/)`)
    const died = azurite.exited.then(reason => {
      throw new Mistake(reason)
    })
    await Promise.race([stop, died])
    died.catch(() => {})
    return 0
  } catch (error) {
    const known = error instanceof Mistake || error instanceof InvalidTopology
    log(known || error instanceof Error ? error.message : String(error))
    return 1
  } finally {
    await closeAll(parts)
  }
}

process.exitCode = await main()
