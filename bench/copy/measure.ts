/** Runs one tool as a child process and measures it from outside, and from inside where it is ours. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Job, Taken } from './client.ts'

export interface Measured {
  /** From the start of the process to its end. */
  readonly wallMilliseconds: number
  /** Without the start of the process; undefined for tools that are not ours. */
  readonly workMilliseconds: number | undefined
  readonly copyMilliseconds: number | undefined
  /** Of the work for ours, of the whole process for others; undefined where the system does not tell. */
  readonly cpuMilliseconds: number | undefined
  readonly peakBytes: number | undefined
  /** Above the process's own idle state. */
  readonly growthBytes: number | undefined
}

const jiffyMilliseconds = 10
const pollMilliseconds = 50

const file = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** Two fields of proc(5) stat, added; they are counted from 1 there, and the third comes after the name. */
const stat = (pid: number | 'self', field: number): number | undefined => {
  const fields = file(`/proc/${pid}/stat`)
    ?.replace(/^.*\) /s, '')
    .split(' ')
  return fields === undefined ? undefined : (Number(fields[field - 3]) + Number(fields[field - 2])) * jiffyMilliseconds
}

/** CPU time of a process so far in milliseconds, on Linux. */
export const cpuOf = (pid: number): number | undefined => stat(pid, 14)

/** The same of all children that have ended. */
const childrenCpu = (): number | undefined => stat('self', 16)

const peakOf = (pid: number): number | undefined => {
  const kilobytes = /^VmHWM:\s*(\d+)/m.exec(file(`/proc/${pid}/status`) ?? '')?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
}

/** @throws Error with the tool's last words when it fails. */
export const measure = async (
  command: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly input?: string } = {},
): Promise<Measured & { readonly output: string }> => {
  const cpuBefore = childrenCpu()
  const began = performance.now()
  const child = spawn(command, args, { env: { ...process.env, ...options.env }, stdio: ['pipe', 'pipe', 'pipe'] })
  const { promise, resolve, reject } = Promise.withResolvers<number | null>()
  child.on('error', reject)
  child.on('close', resolve)
  let [output, errors, peak] = ['', '', undefined as number | undefined]
  child.stdout.on('data', chunk => {
    output += String(chunk)
  })
  child.stderr.on('data', chunk => {
    errors += String(chunk)
  })
  // Left open without input: AzCopy reads its stdin all the time, and burns a core once that has ended.
  if (options.input !== undefined) child.stdin.end(options.input)
  const poll = setInterval(() => {
    peak = peakOf(child.pid ?? 0) ?? peak
  }, pollMilliseconds)
  const code = await promise.finally(() => clearInterval(poll))
  const wallMilliseconds = performance.now() - began
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${`${output}\n${errors}`.trim().slice(-600)}`)
  const cpuAfter = childrenCpu()
  return {
    wallMilliseconds,
    workMilliseconds: undefined,
    copyMilliseconds: undefined,
    cpuMilliseconds: cpuBefore === undefined || cpuAfter === undefined ? undefined : cpuAfter - cpuBefore,
    peakBytes: peak,
    growthBytes: undefined,
    output,
  }
}

/** What makes Node write profiles of a client; the time in their names tells rounds apart. */
const profiling = (folder: string, client: string): readonly string[] => {
  const name = `${client.replaceAll(/\W+/g, '-')}-${Date.now()}`
  const kinds = [
    ['cpu', 'cpuprofile'],
    ['heap', 'heapprofile'],
  ] as const
  return kinds.flatMap(([kind, end]) => [
    `--${kind}-prof`,
    `--${kind}-prof-dir=${folder}`,
    `--${kind}-prof-name=${name}.${end}`,
  ])
}

/** Runs a client of ours. @param profile folder for its profiles. */
export const measureClient = async (job: Job, profile?: string): Promise<Measured> => {
  const flags = profile === undefined ? [] : profiling(profile, job.client)
  const args = [...flags, join(import.meta.dirname, 'client.ts')]
  const { output, wallMilliseconds } = await measure(process.execPath, args, { input: JSON.stringify(job) })
  const { milliseconds, copyMilliseconds, cpuMilliseconds, idleBytes, peakBytes } = JSON.parse(output) as Taken
  return {
    wallMilliseconds,
    workMilliseconds: milliseconds,
    copyMilliseconds,
    cpuMilliseconds,
    peakBytes,
    growthBytes: peakBytes - idleBytes,
  }
}
