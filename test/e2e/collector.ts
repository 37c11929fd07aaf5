/** A collector of OpenTelemetry that keeps the metrics it is sent, as JSON over HTTP. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

interface Attribute {
  readonly key: string
  readonly value: { readonly stringValue?: string }
}
interface Point {
  readonly attributes: readonly Attribute[]
  readonly asDouble?: number
  readonly asInt?: number
  readonly sum?: number
  readonly count?: number
}
interface Points {
  readonly dataPoints: readonly Point[]
}
interface Sent {
  readonly resourceMetrics: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] }
    readonly scopeMetrics: readonly {
      readonly metrics: readonly {
        readonly name: string
        readonly unit: string
        readonly description: string
        readonly sum?: Points
        readonly gauge?: Points
        readonly histogram?: Points
      }[]
    }[]
  }[]
}

/** One value of one time series, each time that it was sent. */
export interface Measured {
  readonly name: string
  readonly unit: string
  readonly what: string
  readonly as: 'counter' | 'gauge' | 'histogram' | undefined
  readonly attributes: Readonly<Record<string, string | undefined>>
  /** A histogram's is the sum of all that it was told. */
  readonly value: number
}

export interface Collector extends AsyncDisposable {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string
  /** Everything as it was sent. */
  readonly bodies: readonly string[]
  measured(): readonly Measured[]
  /** What the values are said to be of. */
  resources(): readonly Readonly<Record<string, string | undefined>>[]
}

const record = (attributes: readonly Attribute[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]))

export const startCollector = async (): Promise<Collector> => {
  const bodies: string[] = []
  const server = createServer((request, response) => {
    text(request).then(
      body => {
        const isMetrics = request.method === 'POST' && request.url === '/v1/metrics'
        if (isMetrics) bodies.push(body)
        response.writeHead(isMetrics ? 200 : 404, { 'content-type': 'application/json' }).end('{}')
      },
      () => response.destroy(),
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sent = () => bodies.flatMap(body => (JSON.parse(body) as Sent).resourceMetrics)
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    resources: () => sent().map(({ resource }) => record(resource.attributes)),
    measured: () =>
      sent()
        .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
        .flatMap(({ name, unit, description: what, sum, gauge, histogram }) => {
          const as = sum ? 'counter' : gauge ? 'gauge' : histogram ? 'histogram' : undefined
          const points = (sum ?? gauge ?? histogram)?.dataPoints ?? []
          return points.map(point => {
            const value = Number(point.asDouble ?? point.asInt ?? point.sum)
            return { name, unit, what, as, attributes: record(point.attributes), value }
          })
        }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
