import Module from 'node:module'
import { type Level, type Log, levels } from './log.ts'
import type { Binding, Handler, Registry } from './registry.ts'

/** Data on its way into or out of a function (contract host section 4). */
export interface TypedData {
  readonly string?: string
  readonly json?: string
  readonly bytes?: Uint8Array
  readonly int?: number
  readonly double?: number
  readonly http?: unknown
}

export interface InvocationRequest {
  readonly invocationId: string
  readonly functionId: string
  readonly inputData: readonly { readonly name: string; readonly data: TypedData }[]
  readonly triggerMetadata: Readonly<Record<string, TypedData>>
  readonly traceContext: { readonly traceParent?: string; readonly traceState?: string }
}

export interface InvocationResponse {
  readonly returnValue?: TypedData | null
}

export interface InvocationModel {
  getArguments(): Promise<{ context: object; inputs: unknown[] }>
  invokeFunction(context: object, inputs: unknown[], handler: Handler): Promise<unknown>
  getResponse(context: object, result: unknown): Promise<InvocationResponse>
}

export interface ProgrammingModel {
  getInvocationModel(coreContext: object): InvocationModel
  getCapabilities(defaults: object): Promise<Record<string, string>> | Record<string, string>
}

export type HookName = 'appStart' | 'appTerminate' | 'preInvocation' | 'postInvocation' | 'log'
type Hook = (context: object) => unknown

/** What `require('@azure/functions-core')` gives to the app (contract host section 2). */
export class CoreApi {
  readonly version = '3.13.0'
  readonly hostVersion = '4.1048.200'
  readonly Disposable = Disposable
  readonly #registry: Registry
  readonly #log: Log
  readonly #hooks = new Map<HookName, Set<Hook>>()
  #model: ProgrammingModel | undefined

  constructor(registry: Registry, log: Log) {
    this.#registry = registry
    this.#log = log
  }

  readonly registerFunction = (
    { name, bindings }: { name: string; bindings: Record<string, Binding> },
    handler: Handler,
  ): Disposable => {
    this.#registry.add(name, bindings, handler)
    return new Disposable(() => this.#registry.remove(name))
  }

  readonly registerHook = (name: HookName, hook: Hook): Disposable => {
    const hooks = this.#hooks.get(name) ?? new Set()
    this.#hooks.set(name, hooks.add(hook))
    return new Disposable(() => hooks.delete(hook))
  }

  readonly setProgrammingModel = (model: ProgrammingModel): void => {
    this.#model = model
  }

  readonly getProgrammingModel = (): ProgrammingModel | undefined => this.#model

  readonly log = (level: string, category: string, message: string): void =>
    this.#log(levels.find(known => known === level) ?? ('information' satisfies Level), category, message)

  /** In order of registration, each awaited before the next. */
  async runHooks(name: HookName, context: object): Promise<void> {
    for (const hook of this.#hooks.get(name) ?? []) await hook(context)
  }

  /** Log hooks are synchronous and may change the message. */
  runLogHooks(context: object): void {
    for (const hook of this.#hooks.get('log') ?? []) hook(context)
  }
}

class Disposable {
  readonly #undo: () => void

  constructor(undo: () => void) {
    this.#undo = undo
  }

  static from(...disposables: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const one of disposables) one.dispose()
    })
  }

  dispose(): void {
    this.#undo()
  }
}

/** The loader of CommonJS, through which the app's bundle asks for the host; not part of Node's typed surface. */
const loader = Module as unknown as { _load(request: string, ...rest: unknown[]): unknown }

/** Must run before the app is loaded: the library looks for the host once and remembers. Returns the way back. */
export const installCoreApi = (api: CoreApi): (() => void) => {
  const original = loader._load
  loader._load = (request, ...rest) => (request === '@azure/functions-core' ? api : original(request, ...rest))
  return () => {
    loader._load = original
  }
}
