/** The answer as one page to print and file: no script, nothing from elsewhere. */
import type { PartAnswer, ReadinessAnswer, ReasonAnswer, RouteReadiness, TitleAnswer, Verdict } from './answer.ts'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const text = (value: unknown): string => String(value ?? '').replace(/[&<>"']/g, found => entities[found] ?? found)

/** Text that is markup already. */
interface Markup {
  readonly html: string
}

/** Text of the catalogues, in which `code` stands between backticks. */
const prose = (words: string): string => text(words).replace(/`([^`]*)`/g, '<code>$1</code>')

/** Only words that fit no column are broken, and their columns are wide enough to be read. */
const cell = (value: unknown): string => {
  const html = typeof value === 'object' && value !== null ? (value as Markup).html : text(value)
  return `<td${/[^\s<>]{25}/.test(html) ? ' class="long"' : ''}>${html}</td>`
}

const sentences: Readonly<Record<Verdict, string>> = {
  ready: 'A failover would work now.',
  limited: 'A failover would work now, with limits.',
  notReady: 'A failover would not work now.',
}

const weights: Readonly<Record<ReasonAnswer['weight'], string>> = {
  stops: 'stops a failover',
  limits: 'limits it',
  note: 'to know',
}

const duration = (seconds: number): string => {
  if (seconds < 120) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`
}

/** @param caption says what the rows are, also to whoever cannot see the table. */
const table = (caption: string, head: readonly string[], rows: readonly (readonly unknown[])[]): string =>
  rows.length === 0
    ? ''
    : `<table><caption>${text(caption)}</caption><thead><tr>${head
        .map(name => `<th scope="col">${text(name)}</th>`)
        .join('')}</tr></thead><tbody>${rows.map(row => `<tr>${row.map(cell).join('')}</tr>`).join('')}</tbody></table>`

const reasonRows = (reasons: readonly ReasonAnswer[]) =>
  reasons.map(({ code, weight, cause, remedy, detail, names }): readonly (string | Markup)[] => [
    code,
    weights[weight],
    { html: [prose(cause), text(detail), text(names?.join(', '))].filter(Boolean).join(' — ') },
    { html: prose(remedy) },
  ])

const part = ({ result, status, detail, milliseconds }: PartAnswer): string =>
  [result, status, milliseconds === undefined ? undefined : `${Math.round(milliseconds)} ms`, detail]
    .filter(one => one !== undefined)
    .join(', ')

const titleRows = (titles: readonly TitleAnswer[]) =>
  titles.map(({ asset, locator, why, path, manifest, segment, key }) => [
    `${asset} (${why})`,
    `${locator} ${path ?? ''}`,
    part(manifest),
    part(segment),
    part(key),
  ])

const factRows = ({ source, target, units, lagSeconds, comparison, canary }: RouteReadiness) => {
  const { keyDelivery } = target
  const rows: (readonly [string, string | undefined])[] = [
    ['Source', `${source.account}: account ${source.control}, storage ${source.storage}`],
    ['Target', `${target.account}: account ${target.control}, storage ${target.storage}`],
    ['Units not verified', `${units.unverified}${units.atLeast ? ' or more' : ''}`],
    ['Units blocked', `${units.blocked}${units.atLeast ? ' or more' : ''}`],
    ['Oldest open request', duration(lagSeconds)],
    ['Last full comparison', comparison.lastSuccessAt ?? 'never'],
    [
      'Key delivery access control',
      keyDelivery && (keyDelivery.restricted ? `${keyDelivery.allowed} addresses or ranges` : 'open'),
    ],
    ['Canary', canary && `${canary.asset}, rebuilt ${canary.lastRebuiltAt ?? 'never'}`],
    ['Canary lag', canary?.lagSeconds === undefined ? undefined : duration(canary.lagSeconds)],
    ['Probe of origins', canary?.manifestPath],
    ['Probe of key delivery', canary?.keyPath],
  ]
  return rows.filter(([, value]) => value !== undefined)
}

const routeSection = (route: RouteReadiness): string => {
  const { target } = route
  return `<section><h2>Route ${text(route.route)}: <span class="${route.verdict}">${text(sentences[route.verdict])}</span></h2>
<p>Mode ${text(route.mode)}.</p>
${table('Reasons', ['code', 'weight', 'what was found', 'what to do'], reasonRows(route.reasons))}
${table('Facts', ['what', 'found'], factRows(route))}
${table(
  'Streaming endpoints of the target',
  ['name', 'state', 'units', 'host', 'own hosts'],
  (target.endpoints ?? []).map(({ name, state, scaleUnits, host, customHosts }) => [
    name,
    state,
    scaleUnits,
    host,
    customHosts.join(', '),
  ]),
)}
${table('Titles asked of the target', ['asset', 'locator', 'manifest', 'segment', 'key'], titleRows(route.titles))}
${table(
  'Quotas of the target',
  ['quota', 'used', 'limit'],
  target.quotas.map(({ quota, used, atLeast, limit }) => [
    quota,
    `${used}${atLeast === true ? ' or more' : ''}`,
    limit,
  ]),
)}
${table(
  'Licence, key and discovery URLs',
  ['policy', 'field', 'host', 'code'],
  target.urls.map(({ name, field, host, code }) => [name, field, host ?? 'of the account itself', code ?? 'fine']),
)}</section>`
}

const style = `
:root { color-scheme: light dark; font: 100%/1.45 system-ui, sans-serif }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; font-size: .875rem }
caption { text-align: left; font-weight: 600; padding: .25rem 0 }
th, td { border: 1px solid GrayText; padding: .25rem .5rem; text-align: left; vertical-align: top }
.long { min-width: 12rem; overflow-wrap: anywhere }
.ready, .limited, .notReady { display: inline-block; padding: 0 .4rem; border: 2px solid currentColor }
.notReady { font-weight: 700; text-decoration: underline }
@media (max-width: 40rem) { table { display: block; overflow-x: auto } }
@media print { :root { color-scheme: light; font-size: 80% } body { margin: 0; max-width: none } section { break-inside: auto } tr { break-inside: avoid } thead { display: table-header-group } a { color: inherit } }
`

/** One HTML document. */
export const readinessPage = (answer: ReadinessAnswer): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Twinstream readiness ${text(answer.at)}</title><style>${style}</style></head><body><main>
<h1>Would a failover work now? <span class="${answer.verdict}">${text(sentences[answer.verdict])}</span></h1>
<p>Found out on <time datetime="${text(answer.at)}">${text(answer.at)}</time> in ${text(duration(answer.seconds))}, by
Twinstream ${text(answer.version)}. Times are UTC.</p>
${answer.routes.map(routeSection).join('\n')}
</main></body></html>
`
