import { Secret } from '../secret.ts'
import { telemetryNames } from './catalogue.ts'
import type { Issue } from './issues.ts'
import { shown } from './masking.ts'

/** Where telemetry goes. The Functions host reads the same settings for what it tells itself. */
export interface TelemetrySettings {
  /** A collector is given by the standard variables of OpenTelemetry, which its exporter reads itself. */
  readonly otlp: boolean
  readonly insights?: {
    readonly connectionString: Secret<string>
    /** Written to by this identity; where it is absent, by the connection string alone. */
    readonly identity?: { readonly clientId?: string }
  }
}

/** E.g. `ClientId=…;Authorization=AAD`. */
const identityIn = (text: string | undefined): { readonly clientId?: string } | undefined => {
  if (text === undefined || !/(^|;)\s*Authorization=AAD/i.test(text)) return undefined
  const clientId = /(^|;)\s*ClientId=([^;\s]+)/i.exec(text)?.[2]
  return clientId === undefined ? {} : { clientId }
}

/** Of a collector, which may be in the same network, without TLS. */
const isCollector = (text: string): boolean => {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
}

/** @param issues mistakes are appended here. */
export const readTelemetry = (get: (name: string) => string | undefined, issues: Issue[]): TelemetrySettings => {
  const { otlp, connection, authentication } = telemetryNames
  const collector = get(otlp.name)
  if (collector !== undefined && !isCollector(collector))
    issues.push({ path: otlp.name, found: shown(collector), allowed: otlp.allowed })
  const text = get(connection.name)
  if (text === undefined) return { otlp: collector !== undefined }
  if (!/(^|;)\s*InstrumentationKey=[^;]+/i.test(text))
    issues.push({
      path: connection.name,
      found: `a text of ${text.length} characters (not shown)`,
      allowed: connection.allowed,
    })
  const identity = identityIn(get(authentication.name))
  return {
    otlp: collector !== undefined,
    insights: { connectionString: new Secret(text), ...(identity === undefined ? {} : { identity }) },
  }
}
