/** Writes `docs/telemetry/README.md` from the catalogue of telemetry; `--check` says whether it is current. */
import { readFileSync, writeFileSync } from 'node:fs'
import { events, metrics } from '../src/lib/telemetry/catalogue.ts'

const page = new URL('../docs/telemetry/README.md', import.meta.url)

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')

const named = (names: readonly string[]): string => names.map(name => `\`${name}\``).join(', ')

/** Text of the page. */
export const telemetryPage = (): string => `# Telemetry

Written by \`node scripts/telemetry-page.ts\` from \`src/lib/telemetry/catalogue.ts\`; change it there.

The app tells of itself in two ways. Its log is one line of JSON an event, \`{"event": …}\`, which the Functions host sends on
as OpenTelemetry (\`telemetryMode\` in \`host.json\`), with the invocation that it belongs to. Its metrics it sends itself, once
a minute, to a collector of OpenTelemetry, to Application Insights, or to both; see the [settings](../settings/README.md). With
neither set, nothing is measured, and what sends metrics is not even loaded; else that is loaded some seconds after the first
value, so that the first event does not wait for it. In Azure it is done by the app's identity, which needs the role Monitoring
Metrics Publisher.

Names of assets, policies, filters and locators are in the log, and nowhere else. Keys, tokens, SAS and bodies of requests are
in neither; a test looks for them. The exporter of Application Insights tells Microsoft how it is doing itself, unless
\`APPLICATION_INSIGHTS_NO_STATSBEAT\` and \`APPLICATIONINSIGHTS_SDKSTATS_DISABLED\` are \`true\`, as they are in the deployment; and it asks
\`settings.sdk.monitor.azure.com\` once an hour for settings of its own, which cannot be switched off.

## From an event to its end

\`eventAccepted\` and \`unitRequested\` have the id of the event. \`outcomeRecorded\` has it in \`by\`, where the event was the oldest
request that the unit had open, with the run and how long it took; so it has the id of a resync, \`operation …\`. A request that
comes while a pass is under way is answered by the next pass, which knows no longer by whom it was asked for. The orchestration
of a run is named \`instance\`.

An outcome is told when it is another than the one before, or when a pass that worked ends in sync; every pass is counted in
\`twinstream.outcomes\`.

## Metrics

Every attribute has its values from the topology or from a list in the code, so that the number of series is bounded.

${table(
  ['metric', 'what it is', 'kind', 'unit', 'told apart by'],
  Object.entries(metrics).map(([name, { what, as, unit, attributes }]) => [
    `\`${name}\``,
    what,
    as,
    `\`${unit}\``,
    named(attributes),
  ]),
)}

## Events of the log

${table(
  ['event', 'what it says', 'attributes'],
  Object.entries(events).map(([name, { what, attributes }]) => [`\`${name}\``, what, named(attributes)]),
)}
`

if (import.meta.main) {
  if (!process.argv.includes('--check')) writeFileSync(page, telemetryPage())
  else if (readFileSync(page, 'utf8') !== telemetryPage()) {
    console.error('docs/telemetry/README.md is not current: run node scripts/telemetry-page.ts')
    process.exitCode = 1
  }
}
