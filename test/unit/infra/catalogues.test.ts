/** What is deployed, against what the code knows: names that nobody checks at deployment time. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { codes } from '../../../src/lib/codes.ts'
import { settingDescriptions } from '../../../src/lib/config/catalogue.ts'
import { allowList } from '../../../src/lib/events/allow-list.ts'
import { readEvent } from '../../../src/lib/events/read-event.ts'
import { ignoredCodes } from '../../../src/lib/events/trigger.ts'
import { routeModes } from '../../../src/lib/model.ts'
import { events, metrics } from '../../../src/lib/telemetry/catalogue.ts'
import { bicepFiles, readInfra, variableMembers } from './bicep.ts'

const page = readFileSync(new URL('../../../docs/runbook/README.md', import.meta.url), 'utf8')
const anchors = [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
  title
    .toLowerCase()
    .replaceAll(' ', '-')
    .replace(/[^a-z0-9-]/g, ''),
)

/** Text of a section without its heading, up to the next one. */
const sectionOf = (anchor: string): string => {
  const [, ...parts] = page.split(/^#+ /m)
  return parts[anchors.indexOf(anchor)]?.replace(/^.*\n/, '') ?? ''
}

interface Rule {
  readonly name: string
  readonly query: string
  readonly dimensions: readonly string[]
}
const rules = JSON.parse(readInfra('operations/alerts.json')) as readonly Rule[]
const workbook = JSON.parse(readInfra('operations/workbook.json')) as {
  readonly items: readonly { readonly content: { readonly title?: string; readonly query?: string } }[]
}
const queries: readonly (readonly [string, string])[] = [
  ...rules.map(({ name, query }) => [name, query] as const),
  ...workbook.items.flatMap(({ content: { title = '', query } }) =>
    query === undefined ? [] : [[title, query] as const],
  ),
]

/** Attributes of every event whose name begins so. */
const attributesOf = (prefix: string): readonly string[] =>
  Object.entries(events)
    .filter(([name]) => name.startsWith(prefix))
    .flatMap(([, { attributes }]) => ['event', ...attributes])

const all = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, found = '']) => found)
const eventsIn = (query: string) => all(query, /"event":"(\w+)/g)
const metricsIn = (query: string) => all(query, /'(twinstream\.[\w.]+)'/g)

/** Published with the metrics of Event Grid's topics. */
const deliveryMetrics = ['DeliverySuccessCount', 'DeliveryAttemptFailCount', 'DeadLetteredCount', 'DroppedEventCount']

/** What a query reads, by the table that it begins with. */
const tables: Readonly<Record<string, (query: string) => void>> = {
  AppTraces: query => {
    const fields = all(query, /\be\.(\w+)/g)
    expect(eventsIn(query)).not.toEqual([])
    expect(eventsIn(query).flatMap(attributesOf)).toEqual(expect.arrayContaining([...fields]))
    expect(fields).not.toEqual([])
  },
  AppMetrics: query => {
    const names = metricsIn(query)
    expect(names).not.toEqual([])
    expect(Object.keys(metrics)).toEqual(expect.arrayContaining([...names]))
    // Each of the metrics of a query has what the query tells them apart by.
    for (const name of names)
      expect(metrics[name as keyof typeof metrics].attributes).toEqual(
        expect.arrayContaining([...all(query, /Properties\.(\w+)/g)]),
      )
  },
  AzureMetrics: query => {
    expect(deliveryMetrics).toEqual(expect.arrayContaining([...all(query, /'(\w+Count)'/g)]))
  },
  Usage: query => {
    expect(query).toMatch(/\bDataType\b/)
  },
}

describe('application settings', () => {
  const known = settingDescriptions.map(({ name }) => name)
  const given = variableMembers('app/function-app.bicep', 'settings')

  it('are ones that the app reads, or the host', () => {
    expect(given).toContain('TWINSTREAM_TOPOLOGY')
    const hosts = ['AzureWebJobsStorage__credential', 'FUNCTIONS_NODE_BLOCK_ON_ENTRY_POINT_ERROR', 'AZURE_CLIENT_ID']
    const ours = given.filter(name => !hosts.includes(name) && !/^APPLICATION_?INSIGHTS_/.test(name))
    expect(known).toEqual(expect.arrayContaining(ours))
  })

  it('are all that the app cannot do without', () => {
    const required = settingDescriptions.filter(({ required: need }) => need === true).map(({ name }) => name)
    expect(required).not.toEqual([])
    expect(given).toEqual(expect.arrayContaining(required))
  })
})

describe('subscriptions', () => {
  const ends = bicepFiles().filter(file => file.endsWith('-subscription.bicep'))
  const topic = '/subscriptions/s/resourceGroups/g'
  const account = `${topic}/providers/Microsoft.Media/mediaservices/east`
  const allow = allowList([{ key: 'east', subscriptionId: 's', resourceGroup: 'g', accountName: 'east' }], [account])

  it.each(ends)('%s asks only for types that the app uses', file => {
    const list = /includedEventTypes: \[(.*)\]/.exec(readInfra(file))?.[1] ?? ''
    const types = [...list.matchAll(/'([^']+)'/g)].map(([, type = '']) => type)
    expect(types).not.toEqual([])
    for (const eventType of types) {
      const { ignored } = readEvent({ eventType, topic: account, subject: '', data: {} }, allow)
      expect(ignored, eventType).not.toContain('EventTypeUnknown')
      expect(ignored, eventType).not.toContain('EventTypeNotUsed')
    }
  })

  it('P6: never ask for actions, which the reads of keys raise', () => {
    for (const file of ends) expect(readInfra(file)).not.toContain('ResourceAction')
  })

  it('lead to functions that there are', () => {
    const source = readdirSync(new URL('../../../src/functions/', import.meta.url)).map(file =>
      readFileSync(new URL(`../../../src/functions/${file}`, import.meta.url), 'utf8'),
    )
    const functions = source.flatMap(text => [...text.matchAll(/eventGridFunction\('(\w+)'/g)].map(([, name]) => name))
    const wanted = [...readInfra('events/subscriptions.bicep').matchAll(/\/functions\/(\w+)'/g)].map(([, name]) => name)
    expect(new Set(wanted)).toEqual(new Set(functions))
  })
})

describe('alerts and workbook', () => {
  it.each(queries)('P8: %s asks only for what is told', (_, query) => {
    const read = tables[/^\w+/.exec(query)?.[0] ?? '']
    if (read === undefined) throw new Error(`Nothing is known of the table of: ${query}`)
    read(query)
    // Codes are compared with as they are spelt.
    const spelt = [...Object.keys(codes), ...Object.keys(ignoredCodes), ...deliveryMetrics]
    expect(spelt).toEqual(expect.arrayContaining([...all(query, /'([A-Z][a-z]+[A-Z]\w+)'/g)]))
  })

  it('P8: every metric is asked for, and every event that is no more than a step of what another tells', () => {
    const asked = queries.map(([, query]) => query)
    expect(new Set(asked.flatMap(metricsIn))).toEqual(new Set(Object.keys(metrics)))
    const prefixes = asked.flatMap(eventsIn)
    const elsewhere = [
      'telemetryFailed',
      'requestRefused',
      'resyncAccepted',
      'startFailed',
      'purgeFailed',
      'accountAnswers',
      'canaryRebuilt',
      'tidied',
      'dispatched',
    ]
    const open = Object.keys(events).filter(name => !prefixes.some(prefix => name.startsWith(prefix)))
    expect(new Set(open)).toEqual(new Set(elsewhere))
  })

  it('P8: tell of no route that only observes or is paused, as whoever deploys for the first time has it', () => {
    const queryOf = (wanted: string) => rules.find(({ name }) => name === wanted)?.query
    expect(queryOf('units-blocked')).toContain("| where code != 'RoutePaused'")
    expect(queryOf('failover-would-not-work')).toMatch(/verdict >= 2 and mode !in \('observe', 'paused'\)$/)
    expect(routeModes).toEqual(expect.arrayContaining(['observe', 'paused']))
  })

  it.each(rules)('alert $name groups by what its query gives', ({ query, dimensions }) => {
    for (const name of dimensions) expect(query).toMatch(new RegExp(`\\b(by|extend)\\b.*\\b${name} = `))
  })

  it.each(rules.filter(({ dimensions }) => dimensions.includes('code')))(
    'P8: alert $name leads to the section of its code',
    ({ query, name }) => {
      const runbook = /runbook = strcat\('\{runbook\}#', tolower\(code\)\)/.test(query)
      const named = all(query, /'([A-Z]\w+)'/g)
      if (!runbook) for (const code of named) expect(sectionOf(`alert-${name}`)).toContain(`\`${code}\``)
      expect(runbook || named.length > 0).toBe(true)
    },
  )

  it('P8: each alert has a section of the runbook, and each such section an alert', () => {
    const named = [...rules.map(({ name }) => `alert-${name}`), 'alert-dead-letters']
    expect(readInfra('operations/alerts.bicep')).toMatch(/'What to do: \$\{runbookUrl\}#alert-\$\{rule\.name\}'/)
    expect(readInfra('operations/dead-letter-alert.bicep')).toMatch(/'What to do: \$\{runbookUrl\}#alert-dead-letters'/)
    expect(new Set(anchors.filter(anchor => anchor.startsWith('alert-')))).toEqual(new Set(named))
    for (const anchor of named) expect(sectionOf(anchor), anchor).toMatch(/\bOver\s+when\b/)
  })
})

describe('the runbook', () => {
  it('P8: is led to by an address that a browser can open, wherever it is named', () => {
    const wanted: Readonly<Record<string, string>> = {
      'operations/alerts.bicep': "'{runbook}', runbookUrl)",
      'operations/workbook.bicep': "'{runbook}', runbookUrl)",
      'app/function-app.bicep': 'TWINSTREAM_RUNBOOK_URL: runbookUrl',
    }
    for (const [file, text] of Object.entries(wanted)) expect(readInfra(file)).toContain(text)
    const files = [...bicepFiles(), 'operations/alerts.json', 'operations/workbook.json']
    for (const file of files) expect(readInfra(file), file).not.toContain('docs/runbook')
    expect(readInfra('main.bicep').match(/runbookUrl: (.+)/g)).toEqual(
      Array(5).fill('runbookUrl: deployment.runbookUrl'),
    )
  })

  const parts = ['What you see', 'What it means', 'What to do', 'How to know that it is over']
  const sections = page.slice(page.indexOf('\n## Codes')).matchAll(/^### (\w+)$/gm)

  it('P8: has a section for every code, and none for anything else', () => {
    expect([...sections].map(([, code]) => code)).toEqual(Object.keys(codes))
  })

  it.each(Object.keys(codes))('P8: says of %s what one sees, what it means, what to do and when it is over', code => {
    const text = sectionOf(code.toLowerCase())
    expect(all(text, /^\*\*(.+?)\.\*\* \S/gm)).toEqual(parts)
  })

  it('leads to sections that there are', () => {
    expect(anchors).toEqual(expect.arrayContaining([...all(page, /\]\(#([\w-]+)\)/g)]))
  })
})

describe('players', () => {
  it("are probed for the canary on both services, never for the app's health", () => {
    const probing = bicepFiles().filter(file => file.startsWith('players/'))
    const text = probing.map(readInfra).join('\n')
    expect(text).not.toContain('/api/health')
    for (const file of ['players/front-door.bicep', 'players/traffic-manager.bicep'])
      expect(readInfra(file)).toMatch(/canary\.manifestPath[\s\S]*canary\.keyPath/)
  })
})
