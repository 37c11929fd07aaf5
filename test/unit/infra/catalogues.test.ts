/** What is deployed, against what the code knows: names that nobody checks at deployment time. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { settingDescriptions } from '../../../src/lib/config/catalogue.ts'
import { allowList } from '../../../src/lib/events/allow-list.ts'
import { readEvent } from '../../../src/lib/events/read-event.ts'
import { events } from '../../../src/lib/telemetry/catalogue.ts'
import { bicepFiles, readInfra, variableMembers } from './bicep.ts'

const page = readFileSync(new URL('../../../docs/runbook/README.md', import.meta.url), 'utf8')
const anchors = [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
  title
    .toLowerCase()
    .replaceAll(' ', '-')
    .replace(/[^a-z0-9-]/g, ''),
)

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

describe('application settings', () => {
  const known = settingDescriptions.map(({ name }) => name)
  const given = variableMembers('app/function-app.bicep', 'settings')

  it('are ones that the app reads, or the host', () => {
    expect(given).toContain('TWINSTREAM_TOPOLOGY')
    const hosts = ['AzureWebJobsStorage__credential', 'FUNCTIONS_NODE_BLOCK_ON_ENTRY_POINT_ERROR', 'AZURE_CLIENT_ID']
    const ours = given.filter(name => !hosts.includes(name) && !name.startsWith('APPLICATIONINSIGHTS_'))
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
  it.each(queries)('%s asks only for what is logged', (_, query) => {
    const prefix = /"event":"(\w+)/.exec(query)?.[1]
    const fields = [...query.matchAll(/\be\.(\w+)/g)].map(([, field = '']) => field)
    if (prefix === undefined) {
      expect(fields).toEqual([])
      expect(query).toMatch(/^(AppRequests|Usage) \|/)
      return
    }
    expect(attributesOf(prefix)).toEqual(expect.arrayContaining(fields))
    expect(fields).not.toEqual([])
  })

  it.each(rules)('alert $name groups by what its query gives', ({ query, dimensions }) => {
    for (const name of dimensions) expect(query).toMatch(new RegExp(`\\bby\\b.*\\b${name}\\b`))
  })

  it('P8: each alert has a section of the runbook, and each such section an alert', () => {
    const named = [...rules.map(({ name }) => `alert-${name}`), 'alert-dead-letters']
    expect(readInfra('operations/dead-letter-alert.bicep')).toContain('#alert-dead-letters')
    expect(new Set(anchors.filter(anchor => anchor.startsWith('alert-')))).toEqual(new Set(named))
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
