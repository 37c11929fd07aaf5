import { describe, expect, it } from 'vitest'
import { type Environment, readSettings } from '../../../src/lib/config/settings.ts'

const account = (accountName: string, location: string, more: object = {}) => ({
  provider: 'arm',
  subscriptionId: '00000000-0000-0000-0000-000000000001',
  resourceGroup: `media-${accountName}`,
  accountName,
  location,
  ...more,
})

const topology = (more: { east?: object; west?: object; route?: object; top?: object } = {}) => ({
  accounts: {
    east: account('contosoeast', 'eastus2', more.east),
    west: account('contosowest', 'West US 2', more.west),
  },
  routes: [{ from: 'east', to: 'west', ...more.route }],
  ...more.top,
})

/** Three accounts, each replicated to the next, and more routes. */
const ring = (...more: readonly object[]) => {
  const round = [
    { from: 'east', to: 'west' },
    { from: 'west', to: 'north' },
    { from: 'north', to: 'east' },
  ]
  const { accounts } = topology()
  return { accounts: { ...accounts, north: account('contosonorth', 'northeurope') }, routes: [...round, ...more] }
}

const env = (document: unknown = topology(), more: Environment = {}): Environment => ({
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  TWINSTREAM_TOPOLOGY: typeof document === 'string' ? document : JSON.stringify(document),
  ...more,
})

const settings = (environment: Environment) => {
  const result = readSettings(environment)
  if (!result.ok) throw new Error(JSON.stringify(result.issues))
  return result.settings
}

const issues = (environment: Environment) => {
  const result = readSettings(environment)
  return result.ok ? [] : result.issues
}
const paths = (environment: Environment) => issues(environment).map(({ path }) => path)

describe('readSettings', () => {
  it('fills in the defaults', () => {
    expect(settings(env())).toMatchObject({
      pace: 1,
      maxActive: 20,
      maxActivePolicies: 10,
      copyConcurrency: 32,
      ledgerTable: 'TwinstreamUnits',
      runbook: 'docs/runbook/README.md',
      eventTopics: [],
      hub: { kind: 'connectionString' },
      accounts: [
        {
          key: 'east',
          endpoint: 'https://management.azure.com',
          credential: { kind: 'identity' },
          storageAccess: 'credential',
          storageEndpoints: {},
        },
        { key: 'west', location: 'westus2' },
      ],
      routes: [
        {
          key: 'east>west',
          mode: 'observe',
          deletes: 'locators',
          indexTags: 'leave',
          include: { namePrefix: '' },
          storage: {},
          rewriteUrls: [],
        },
      ],
    })
  })

  it('takes hosts to be rewritten in licence URLs, each once and without scheme', () => {
    const rewriteUrls = [{ from: 'LIC-EAST.contoso.com', to: 'lic.contoso.com' }]
    expect(settings(env(topology({ route: { rewriteUrls } }))).routes[0]?.rewriteUrls).toEqual([
      { from: 'lic-east.contoso.com', to: 'lic.contoso.com' },
    ])
    const wrong = (rules: unknown) =>
      issues(env(topology({ route: { rewriteUrls: rules } }))).map(({ path, allowed }) => `${path}: ${allowed}`)
    const at = 'TWINSTREAM_TOPOLOGY.routes[0].rewriteUrls'
    expect(wrong([{ from: 'https://lic/', to: 'lic' }])).toEqual([
      `${at}[0].from: a host name without scheme, port and path, e.g. lic.contoso.com`,
    ])
    expect(wrong([...rewriteUrls, ...rewriteUrls])).toEqual([`${at}: each \`from\` once`])
    expect(wrong([{ from: 'a', too: 'b' }]).join()).toContain('to')
  })

  it('P6: keeps the connection string and credentials from being printed', () => {
    const result = settings(
      env(topology({ west: { credential: 'WEST_TOKEN' } }), {
        AzureWebJobsStorage: 'AccountName=hub;AccountKey=c2VjcmV0a2V5',
        WEST_TOKEN: 'token-of-west',
      }),
    )
    const text = JSON.stringify([result, [...result.secrets]])
    expect(text).not.toMatch(/c2VjcmV0a2V5|token-of-west/)
    expect(result.secrets.get('WEST_TOKEN')?.reveal()).toBe('token-of-west')
  })

  it('reports mistakes of every part at once, with what was found and what is allowed', () => {
    const found = issues(
      env(
        topology({ east: { location: 'nowhere!' }, west: { provider: 'rms' }, route: { mode: 'mirror', to: 'wst' } }),
        {
          AzureWebJobsStorage: undefined,
          TWINSTREAM_PACE: '2',
          TWINSTREAM_MAX_ACTVE: '3',
        },
      ),
    )
    expect(found).toEqual(
      expect.arrayContaining([
        {
          path: 'TWINSTREAM_MAX_ACTVE',
          found: expect.any(String),
          allowed: expect.stringContaining('TWINSTREAM_MAX_ACTIVE'),
        },
        {
          path: 'AzureWebJobsStorage',
          found: 'nothing',
          allowed: expect.stringContaining('AzureWebJobsStorage__accountName'),
        },
        {
          path: 'TWINSTREAM_TOPOLOGY.accounts.east.location',
          found: '"nowhere!"',
          allowed: expect.stringContaining('eastus2'),
        },
        {
          path: 'TWINSTREAM_TOPOLOGY.accounts.west.provider',
          found: '"rms"',
          allowed: expect.stringContaining('not supported by this release'),
        },
        {
          path: 'TWINSTREAM_TOPOLOGY.routes[0].mode',
          found: '"mirror"',
          allowed: 'one of observe, replicate, hold, paused',
        },
        {
          path: 'TWINSTREAM_TOPOLOGY.routes[0].to',
          found: '"wst"',
          allowed: expect.stringContaining('did you mean west?'),
        },
        { path: 'TWINSTREAM_PACE', found: '"2"', allowed: expect.any(String) },
      ]),
    )
    expect(found).toHaveLength(7)
  })

  it.each([
    ['an unknown property', topology({ east: { endpiont: 'x' } }), 'accounts.east.endpiont'],
    ['an unknown property at the top', topology({ top: { acounts: {} } }), 'acounts'],
    ['no routes', topology({ top: { routes: [] } }), 'routes'],
    ['a route to itself', topology({ route: { to: 'east' } }), 'routes[0].to'],
    [
      'a route twice',
      topology({
        top: {
          routes: [
            { from: 'east', to: 'west' },
            { from: 'east', to: 'west' },
          ],
        },
      }),
      'routes[1]',
    ],
    [
      'two accounts in one location, however it is written',
      topology({ west: { location: 'East US 2' } }),
      'accounts.west.location',
    ],
    [
      'one account under two keys',
      topology({ west: { accountName: 'contosoeast', resourceGroup: 'MEDIA-contosoeast' } }),
      'accounts.west.accountName',
    ],
    [
      'plain http to another machine',
      topology({ east: { endpoint: 'http://management.example' } }),
      'accounts.east.endpoint',
    ],
    [
      'a host that only begins like this machine',
      topology({ east: { endpoint: 'http://127.0.0.1.example' } }),
      'accounts.east.endpoint',
    ],
    [
      'a storage endpoint with a SAS',
      topology({ east: { storageEndpoints: { storea: 'https://a.example?sig=x' } } }),
      'accounts.east.storageEndpoints.storea',
    ],
    [
      'a credential whose setting is not set',
      topology({ east: { credential: 'EAST_KEY' } }),
      'accounts.east.credential',
    ],
    ['a subscription that is no GUID', topology({ east: { subscriptionId: '1' } }), 'accounts.east.subscriptionId'],
    [
      'an account key with capitals',
      topology({ top: { accounts: { ...topology().accounts, North: account('north', 'northeurope') } } }),
      'accounts.North',
    ],
  ])('refuses %s', (_, document, path) => {
    expect(paths(env(document))).toContain(`TWINSTREAM_TOPOLOGY.${path}`)
  })

  it.each([
    ['a ring', ring(), [0, 1, 2]],
    ['a ring of which one route leads both ways', ring({ from: 'west', to: 'east' }), [1, 2]],
    [
      'routes both ways between all',
      ring({ from: 'west', to: 'east' }, { from: 'north', to: 'west' }, { from: 'east', to: 'north' }),
      [],
    ],
    ['a chain', { ...ring(), routes: ring().routes.slice(0, 2) }, []],
  ])('P10: of %s refuses what would bring back a title that its home has deleted', (_, document, refused) => {
    expect(paths(env(document))).toEqual(refused.map(index => `TWINSTREAM_TOPOLOGY.routes[${index}]`))
  })

  it('lets no mistake in an account or route hide one between them', () => {
    const found = paths(
      env(topology({ west: { location: 'eastus2', accountName: 'NO' }, route: { mode: 'x', from: 'est' } })),
    )
    expect(found).toEqual(
      expect.arrayContaining([
        'TWINSTREAM_TOPOLOGY.accounts.west.accountName',
        'TWINSTREAM_TOPOLOGY.accounts.west.location',
        'TWINSTREAM_TOPOLOGY.routes[0].mode',
        'TWINSTREAM_TOPOLOGY.routes[0].from',
      ]),
    )
  })

  it('says where broken JSON breaks, without quoting it', () => {
    expect(issues(env('{\n  "accounts": { "east": Sup3rSecretKeyValue12 }'))).toEqual([
      { path: 'TWINSTREAM_TOPOLOGY', found: 'no JSON from line 2, column 25 on', allowed: expect.any(String) },
    ])
  })

  it('refuses a name given twice, of which JSON would keep the last', () => {
    const text = JSON.stringify(topology()).replace('"from":"east"', '"from":"east","from":"east"')
    expect(paths(env(text))).toEqual(['TWINSTREAM_TOPOLOGY.routes.from'])
  })

  it('P6: shows no key that was pasted where it does not belong', () => {
    const key = 'pX3+Zk9qLm2wRt7yUv5bNc8dQe1fGh4j=='
    const found = issues(
      env(topology({ east: { credential: key, [key]: key, resourceGroup: key }, route: { from: key } }), {
        AzureWebJobsStorage: key,
        TWINSTREAM_LEDGER_TABLE: key,
        TWINSTREAM_PACE: key,
        TWINSTREAM_EVENT_TOPICS: key,
      }),
    )
    expect(found.length).toBeGreaterThanOrEqual(7)
    expect(JSON.stringify(found)).not.toContain(key.slice(0, 12))
  })

  it.each([
    [{ AzureWebJobsStorage__accountName: 'hubstore' }, 'https://hubstore.table.core.windows.net'],
    [{ AzureWebJobsStorage__tableServiceUri: 'https://hub.example/' }, 'https://hub.example'],
  ])('takes the hub by identity: %o', (hub, tableEndpoint) => {
    expect(settings(env(undefined, { AzureWebJobsStorage: '', ...hub })).hub).toEqual({
      kind: 'identity',
      tableEndpoint,
    })
  })

  it.each([
    ['TWINSTREAM_PACE', ['0', '-1', '1.1', 'x', 'Infinity', '0x1']],
    ['TWINSTREAM_MAX_ACTIVE', ['0', '1.5', '501', '']],
    ['TWINSTREAM_LEDGER_TABLE', ['1x', 'tables', 'a-b']],
    [
      'TWINSTREAM_RUNBOOK_URL',
      ['docs/runbook', 'http://a.example', 'https://u:p@a', 'https://a/">', 'https://a?sig=b'],
    ],
    ['TWINSTREAM_EVENT_TOPICS', ['topic', '[1]', '["/subscriptions/a"', '/subscriptions/a, b']],
  ])('refuses wrong values of %s', (name, values) => {
    for (const value of values)
      expect([value, paths(env(undefined, { [name]: value }))]).toEqual([value, value === '' ? [] : [name]])
  })

  it('takes topics as a JSON array or a list', () => {
    const topics = ['/subscriptions/a/topics/b', '/subscriptions/c']
    expect(settings(env(undefined, { TWINSTREAM_EVENT_TOPICS: JSON.stringify(topics) })).eventTopics).toEqual(topics)
    expect(settings(env(undefined, { TWINSTREAM_EVENT_TOPICS: topics.join(', ') })).eventTopics).toEqual(topics)
  })
})
