import { HostError } from './errors.ts'

export interface Binding {
  readonly type: string
  readonly direction: string
  readonly [property: string]: unknown
}

export type Handler = (...args: unknown[]) => unknown

export interface RegisteredFunction {
  readonly name: string
  readonly bindings: Readonly<Record<string, Binding>>
  readonly handler: Handler
  readonly trigger: { readonly name: string; readonly binding: Binding }
}

/** Binding types this host carries out. Anything else is refused at start rather than ignored. */
const supported = new Set([
  'httpTrigger',
  'http',
  'timerTrigger',
  'eventGridTrigger',
  'orchestrationTrigger',
  'activityTrigger',
  'durableClient',
  'orchestrationClient',
])

/** The functions of the app. Names are unique and found without regard to case, as on the real host. */
export class Registry {
  readonly #functions = new Map<string, RegisteredFunction>()
  #locked = false

  add(name: string, bindings: Record<string, Binding>, handler: Handler): void {
    if (this.#locked) throw new Error('A function can only be registered during app startup.')
    const key = name.toLowerCase()
    if (this.#functions.has(key)) throw new Error(`A function with the name '${name}' is registered twice.`)
    const trigger = Object.entries(bindings).find(([, binding]) => binding.type.toLowerCase().endsWith('trigger'))
    if (!trigger) throw new Error(`Function '${name}' has no trigger.`)
    this.#functions.set(key, { name, bindings, handler, trigger: { name: trigger[0], binding: trigger[1] } })
  }

  remove(name: string): void {
    this.#functions.delete(name.toLowerCase())
  }

  /** Ends registration, drops functions switched off by `AzureWebJobs.NAME.Disabled` and checks the others. */
  lock(settings: NodeJS.ProcessEnv): void {
    this.#locked = true
    for (const { name, bindings } of this.all()) {
      if (/^(true|1)$/i.test(settings[`AzureWebJobs.${name}.Disabled`] ?? '')) this.remove(name)
      const unknown = Object.values(bindings).find(binding => !supported.has(binding.type))
      if (unknown) {
        throw new HostError(
          `Function '${name}' uses the binding '${unknown.type}', which this host does not carry out.`,
        )
      }
    }
  }

  all(): RegisteredFunction[] {
    return [...this.#functions.values()]
  }

  withTrigger(type: string): RegisteredFunction[] {
    return this.all().filter(fn => fn.trigger.binding.type === type)
  }

  find(name: string, triggerType?: string): RegisteredFunction | undefined {
    const fn = this.#functions.get(name.toLowerCase())
    return fn && (triggerType === undefined || fn.trigger.binding.type === triggerType) ? fn : undefined
  }
}
