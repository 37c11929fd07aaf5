/** What is measured, in a process of its own: reads a job from stdin, does it, and says on stdout what it took. */
import { text } from 'node:stream/consumers'
import { Secret } from '../../src/lib/secret.ts'
import { sasContainer } from '../../src/lib/storage/access.ts'
import { compareContainers, verifyContainers } from '../../src/lib/storage/compare.ts'
import { copyContainer } from '../../src/lib/storage/copy.ts'
import { rawCopy, rawList } from './raw.ts'

export interface Job {
  readonly client: 'raw copy' | 'raw lists' | 'engine' | 'engine, nothing changed' | 'engine, compare'
  /** Addresses with access. */
  readonly source: string
  readonly target: string
  readonly concurrency: number
  /** For the raw copy, which does not look for itself. */
  readonly names: readonly string[]
}

export interface Taken {
  /** Between having the job and having done it. */
  readonly milliseconds: number
  /** The part of it that is copying, the source's listing included. */
  readonly copyMilliseconds: number
  /** Of this process, between the same two moments. */
  readonly cpuMilliseconds: number
  /** Resident before the job, and at most. */
  readonly idleBytes: number
  readonly peakBytes: number
}

const must = (condition: boolean, what: string): void => {
  if (!condition) throw new Error(what)
}

const work: Readonly<Record<Job['client'], (job: Job) => Promise<number>>> = {
  'raw copy': async ({ source, target, names, concurrency }) => {
    await rawCopy(source, target, names, concurrency)
    return performance.now()
  },
  'raw lists': async ({ source, target }) => {
    await Promise.all([rawList(source), rawList(target)])
    return performance.now()
  },
  engine: async job => {
    const [source, target] = [sasContainer(new Secret(job.source)), sasContainer(new Secret(job.target))]
    const { left } = await copyContainer({ source, target, concurrency: job.concurrency })
    const copied = performance.now()
    must(left === 0, `${left} blobs are left`)
    must((await verifyContainers(source, target)).equal, 'the containers are not equal')
    return copied
  },
  'engine, nothing changed': async job => {
    const [source, target] = [sasContainer(new Secret(job.source)), sasContainer(new Secret(job.target))]
    const { copied, left } = await copyContainer({ source, target, concurrency: job.concurrency })
    must(copied === 0 && left === 0, `${copied} copied and ${left} left where nothing had changed`)
    return performance.now()
  },
  'engine, compare': async job => {
    const [source, target] = [sasContainer(new Secret(job.source)), sasContainer(new Secret(job.target))]
    const { missing, changed } = await compareContainers(source, target)
    must(missing === 0 && changed === 0, `${missing} missing and ${changed} changed`)
    return performance.now()
  },
}

const job = JSON.parse(await text(process.stdin)) as Job
const idleBytes = process.memoryUsage.rss()
const cpu = process.cpuUsage()
const began = performance.now()
const copied = await work[job.client](job)
const ended = performance.now()
const { user, system } = process.cpuUsage(cpu)
const taken: Taken = {
  milliseconds: ended - began,
  copyMilliseconds: copied - began,
  cpuMilliseconds: (user + system) / 1000,
  idleBytes,
  peakBytes: process.resourceUsage().maxRSS * 1024,
}
// Kept connections would hold the process.
process.stdout.write(JSON.stringify(taken), () => process.exit())
