import { type MetricAttributes, type MetricName, metrics } from './catalogue.ts'

/** Records one value of a metric of the catalogue. Costs nothing where nobody wants to know. */
export type Measure = <N extends MetricName>(name: N, value: number, attributes: MetricAttributes<N>) => void

/** Where values go: kept, and sent from time to time. */
export interface Meter {
  record(name: MetricName, value: number, attributes: Readonly<Record<string, string>>): void
  /** Sends what is kept. Never throws. */
  flush(): Promise<void>
}

export interface Telemetry {
  readonly measure: Measure
  /** Whether values go anywhere: what costs something to find out is not asked for otherwise. */
  readonly isOn: boolean
  /** Sends what is kept, e.g. before the process ends. Never throws. */
  flush(): Promise<void>
}

export const silent: Telemetry = { measure: () => {}, isOn: false, flush: async () => {} }

export interface LazyOptions {
  /** Loads what sends values, which takes longer than to load the rest of the app. */
  readonly load: () => Promise<Meter>
  /** Told once where that fails; the app goes on without. */
  readonly failed: (error: unknown) => void
  /** Milliseconds from the first value to loading, so that the first event is answered first. */
  readonly after: number
}

/** Values that are kept until they can be sent; what comes after is lost. */
const mostKept = 10_000

const known = (
  name: MetricName,
  attributes: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> => {
  const allowed: readonly string[] = metrics[name].attributes
  const kept = Object.entries(attributes).filter(
    (entry): entry is [string, string] => allowed.includes(entry[0]) && entry[1] !== undefined,
  )
  return Object.fromEntries(kept)
}

/** Telemetry that is loaded some time after its first value. Only attributes of the catalogue are kept. */
export const lazyTelemetry = ({ load, failed, after }: LazyOptions): Telemetry => {
  let kept: Parameters<Meter['record']>[] = []
  let meter: Meter | undefined
  let loading: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  const begin = async () => {
    try {
      meter = await load()
      for (const one of kept) meter.record(...one)
    } catch (error) {
      failed(error)
      meter = { record: () => {}, flush: async () => {} }
    }
    kept = []
  }
  const loaded = () => {
    clearTimeout(timer)
    loading ??= begin()
    return loading
  }
  return {
    isOn: true,
    measure(name, value, attributes) {
      const told = known(name, attributes)
      if (meter !== undefined) meter.record(name, value, told)
      else if (kept.length < mostKept) kept.push([name, value, told])
      timer ??= setTimeout(loaded, after).unref()
    },
    async flush() {
      if (kept.length > 0) await loaded()
      await meter?.flush()
    },
  }
}
