/** The app in its host, as a process of its own: it can be killed at any moment and started again on the same state. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { isReason } from '../last-words.ts'

export interface HostOptions {
  /** Folder with host.json, package.json and the bundle. */
  readonly appDir: string
  /** 0 takes a free port; a host that is started again keeps the one it had. */
  readonly port: number
  readonly stateDir: string
  readonly settingsFile: string
  /** Of timers alone, where they are not to go by the pace of the app. */
  readonly timerPace?: number | undefined
  readonly env: NodeJS.ProcessEnv
  readonly log: (line: string) => void
}

export interface HostProcess {
  /** Without trailing slash. */
  readonly url: string
  readonly pid: number
  readonly running: boolean
  /** Settles when the present process has ended, however it ended. */
  readonly exited: Promise<string>
  /** Settles when a process has ended that nobody here had asked to end. */
  readonly died: Promise<string>
  /** Resolves when the process has ended. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
  /** Starts it again after it has ended. */
  start(): Promise<void>
  /** Ends it well, by force after ten seconds. */
  close(): Promise<void>
}

const main = fileURLToPath(new URL('../host/main.ts', import.meta.url))
/** Most of a start is reading modules, and two thirds of that is saved. */
const compileCache = fileURLToPath(new URL('../../node_modules/.cache/compile', import.meta.url))
const startDeadline = 60_000
const closeDeadline = 10_000

interface Running {
  readonly child: ChildProcess
  readonly url: string
  readonly exited: Promise<string>
}

const describe = (code: number | null, signal: string | null, complaint: string | undefined) =>
  `${signal === null ? `ended with code ${code}` : `was ended by ${signal}`}${complaint === undefined ? '' : `: ${complaint}`}`

const launch = async (options: HostOptions, port: number): Promise<Running> => {
  const { appDir, stateDir, settingsFile, timerPace, env, log } = options
  const args = [
    '--app',
    appDir,
    '--port',
    String(port),
    '--state',
    stateDir,
    '--settings',
    settingsFile,
    '--auth',
    '--with-parent',
    ...(timerPace === undefined ? [] : ['--pace', String(timerPace)]),
  ]
  const child = spawn(process.execPath, [main, ...args], {
    env: { NODE_COMPILE_CACHE: compileCache, ...env },
    // With the pipe it sees when this process is gone.
    stdio: ['pipe', 'pipe', 'pipe'],
    // A Ctrl-C in the terminal reaches this process, which ends the host in its order.
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  const ready = Promise.withResolvers<string>()
  let complaint: string | undefined
  createInterface({ input: child.stdout }).on('line', line => {
    log(line)
    const url = /Host listening on (http:\/\/\S+)/.exec(line)?.[1]
    if (url !== undefined) ready.resolve(url)
  })
  createInterface({ input: child.stderr }).on('line', line => {
    log(line)
    if (isReason(line)) complaint = line.trim()
  })
  const exited = once(child, 'close').then(
    ([code, signal]) => `The host ${describe(code, signal, complaint)}`,
    (error: unknown) => `The host could not be run: ${error instanceof Error ? error.message : String(error)}`,
  )
  const deadline = setTimeout(() => child.kill('SIGKILL'), startDeadline)
  const url = await Promise.race([ready.promise, exited.then(() => undefined)])
  clearTimeout(deadline)
  if (url === undefined) throw new Error(`The host did not start: ${complaint ?? (await exited)}`)
  return { child, url, exited }
}

const ended = ({ child }: Running) => child.exitCode !== null || child.signalCode !== null

/** Throws one sentence when it does not come up. */
export const startHost = async (options: HostOptions): Promise<HostProcess> => {
  const died = Promise.withResolvers<string>()
  let asked = false
  const begin = async (port: number): Promise<Running> => {
    const running = await launch(options, port)
    asked = false
    void running.exited.then(reason => {
      if (!asked) died.resolve(reason)
    })
    return running
  }
  let current = await begin(options.port)
  const { url } = current
  const kill = async (signal: NodeJS.Signals) => {
    asked = true
    if (!ended(current)) current.child.kill(signal)
    await current.exited
  }
  return {
    url,
    died: died.promise,
    get pid() {
      return current.child.pid ?? 0
    },
    get running() {
      return !ended(current)
    },
    get exited() {
      return current.exited
    },
    kill,
    async start() {
      if (!ended(current)) throw new Error('The host is running already.')
      current = await begin(Number(new URL(url).port))
    },
    async close() {
      const force = setTimeout(() => current.child.kill('SIGKILL'), closeDeadline)
      await kill('SIGTERM')
      clearTimeout(force)
    },
  }
}
