/** The only importer of OpenTelemetry: values of the catalogue to whoever collects them. Loaded when first used. */
import { randomUUID } from 'node:crypto'
import type { TokenCredential } from '@azure/core-auth'
import type { HttpClient } from '@azure/core-rest-pipeline'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  AggregationTemporality,
  InstrumentType,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics'
import { type MetricName, metrics } from './catalogue.ts'
import type { Meter } from './measure.ts'

export interface Insights {
  readonly connectionString: string
  readonly credential?: TokenCredential
  /** What sends; the library's own unless given. */
  readonly httpClient?: HttpClient
}

export interface MeterOptions {
  /** Whether a collector is set by the standard variables, `OTEL_EXPORTER_OTLP_ENDPOINT` and its like. */
  readonly otlp: boolean
  /** Application Insights; without a credential the connection string is enough to write to it. */
  readonly insights?: Insights
  /** Milliseconds between two times that values are sent. */
  readonly interval: number
}

/** Seconds, from an event in a quiet moment to an outage of a day. */
const boundaries = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 21_600, 86_400]

/** Longest time for sending, in milliseconds; as all network time-outs it is not scaled. */
const sendTimeout = 30_000

/** An instance that no longer measures a gauge, since dispatch runs elsewhere, tells nothing of it. */
class Otlp extends OTLPMetricExporter {
  override selectAggregationTemporality(type: InstrumentType): AggregationTemporality {
    return type === InstrumentType.GAUGE ? AggregationTemporality.DELTA : super.selectAggregationTemporality(type)
  }
}

const insightsExporter = async (insights: Insights): Promise<PushMetricExporter> => {
  const { AzureMonitorMetricExporter } = await import('@azure/monitor-opentelemetry-exporter')
  // What could not be sent is not written to files: the next minute tells more.
  return new AzureMonitorMetricExporter({ ...insights, disableOfflineStorage: true })
}

/** Throws where the connection string is none. */
export const createMeter = async ({ otlp, insights, interval }: MeterOptions): Promise<Meter> => {
  const exporters: readonly PushMetricExporter[] = [
    ...(otlp ? [new Otlp()] : []),
    ...(insights === undefined ? [] : [await insightsExporter(insights)]),
  ]
  const provider = new MeterProvider({
    resource: resourceFromAttributes({ 'service.name': 'twinstream', 'service.instance.id': randomUUID() }),
    readers: exporters.map(
      exporter =>
        new PeriodicExportingMetricReader({
          exporter,
          exportIntervalMillis: interval,
          exportTimeoutMillis: Math.min(sendTimeout, interval),
        }),
    ),
  })
  const meter = provider.getMeter('twinstream')
  const made = new Map<MetricName, (value: number, attributes: Readonly<Record<string, string>>) => void>()
  const instrument = (name: MetricName) => {
    const { as, what: description, unit } = metrics[name]
    if (as === 'counter') {
      const counter = meter.createCounter(name, { description, unit })
      return counter.add.bind(counter)
    }
    const advice = { explicitBucketBoundaries: boundaries }
    const one =
      as === 'gauge'
        ? meter.createGauge(name, { description, unit })
        : meter.createHistogram(name, { description, unit, advice })
    return one.record.bind(one)
  }
  return {
    record(name, value, attributes) {
      const record = made.get(name) ?? instrument(name)
      made.set(name, record)
      record(value, attributes)
    },
    // What a collector does not take is lost, as between two times it is sent: nothing waits for it.
    flush: () => provider.forceFlush().catch(() => {}),
  }
}
