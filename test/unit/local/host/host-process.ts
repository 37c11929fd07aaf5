import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

const main = resolve(import.meta.dirname, '../../../../local/host/main.ts')
export const fixtureApp = resolve(import.meta.dirname, '../../../fixtures/host-app')

export interface Exit {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A directory that is removed when the test's scope ends. */
export const temporaryDirectory = () => {
  const path = mkdtempSync(join(tmpdir(), 'twinstream-host-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** The development host as a process of its own, driven from outside only. */
export class HostProcess {
  url = ''
  readonly #child: ChildProcess
  readonly #exited: Promise<number | null>
  #stdout = ''
  #stderr = ''

  private constructor(args: readonly string[], environment: Record<string, string>) {
    this.#child = spawn(process.execPath, [main, ...args], {
      env: { PATH: process.env.PATH ?? '', ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    this.#exited = once(this.#child, 'exit').then(([code]) => code as number | null)
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr += chunk.toString()
    })
  }

  /** Starts the fixture app and waits for the ready line. It ends with the test worker, however that ends. */
  static async start(state: string, args: readonly string[] = [], environment: Record<string, string> = {}) {
    const host = new HostProcess(['--app', fixtureApp, '--state', state, '--with-parent', ...args], environment)
    await host.#ready()
    return host
  }

  /** Runs to the end; for starts that must fail. */
  static async run(args: readonly string[], environment: Record<string, string> = {}): Promise<Exit> {
    const host = new HostProcess(args, environment)
    host.#child.stdout?.on('data', (chunk: Buffer) => {
      host.#stdout += chunk.toString()
    })
    return host.exit()
  }

  async exit(): Promise<Exit> {
    return { code: await this.#exited, stdout: this.#stdout, stderr: this.#stderr }
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#exited
  }

  async stop(): Promise<Exit> {
    this.#child.kill('SIGTERM')
    return this.exit()
  }

  closeStdin(): void {
    this.#child.stdin?.end()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(this.url + path, init)
  }

  async post(path: string, body?: unknown): Promise<Response> {
    return this.fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }

  /** Starts an orchestration through the app's own durable client. */
  async startOrchestration(name: string, instanceId: string, input?: unknown): Promise<void> {
    const answer = await this.post(`/api/start/${name}`, { instanceId, ...(input === undefined ? {} : { input }) })
    if (answer.status !== 202) throw new Error(`start ${name}: ${answer.status} ${await answer.text()}`)
  }

  /** Calls a method of the SDK's durable client inside the app. */
  async client(method: string, ...args: unknown[]): Promise<{ status: number; body: Record<string, unknown> }> {
    const answer = await this.post(`/api/client/${method}`, args)
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }

  async status(id: string, query = ''): Promise<Status> {
    return (await (await this.fetch(`/durabletask/instances/${id}${query}`)).json()) as Status
  }

  /** Waits until an instance has one of these states. */
  async until(id: string, ...states: string[]): Promise<Status> {
    return eventually(
      async () => {
        const status = await this.status(id)
        return states.includes(status.runtimeStatus) ? status : undefined
      },
      `${id} to be ${states.join(' or ')}`,
    )
  }

  ended(id: string): Promise<Status> {
    return this.until(id, 'Completed', 'Failed', 'Terminated')
  }

  async counters(): Promise<Record<string, { started: number; succeeded: number; failed: number }>> {
    const answer = (await (await this.fetch('/admin/host/counters')).json()) as { functions: never }
    return answer.functions
  }

  async #ready(): Promise<void> {
    const stdout = this.#child.stdout
    if (!stdout) throw new Error('no stdout')
    await new Promise<void>((done, fail) => {
      createInterface({ input: stdout }).on('line', line => {
        this.#stdout += `${line}\n`
        const url = /^Host listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1]
        if (!url) return
        this.url = url
        done()
      })
      this.#exited.then(code => fail(new Error(`The host ended with ${code}: ${this.#stderr}`)), fail)
    })
  }
}

export interface Status {
  readonly runtimeStatus: string
  readonly output: unknown
  readonly input: unknown
  readonly customStatus: unknown
  readonly historyEvents?: readonly { readonly EventType: string; readonly FunctionName?: string }[]
}

/** Asks until there is an answer; fails with what was waited for. */
export const eventually = async <T>(ask: () => Promise<T | undefined> | T | undefined, what: string): Promise<T> => {
  const end = Date.now() + 20_000
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (Date.now() > end) throw new Error(`Waited 20 s for ${what}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

export const lines = (file: string): string[] => {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean)
  } catch {
    return []
  }
}
