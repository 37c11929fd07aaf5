/** The application settings: what each means, its default, what is allowed. The reference page is made from this. */
export interface SettingDescription {
  readonly name: string
  readonly what: string
  readonly allowed: string
  /** Text of the default; absent where the setting is required or has none. */
  readonly fallback?: string
  readonly required: boolean | string
  readonly secret: boolean
}

interface NumberRange {
  readonly least: number
  readonly most: number
  readonly fallback: number
  readonly whole: boolean
  readonly what: string
  readonly allowed: string
}

const count = (fallback: number, most: number, what: string): NumberRange => ({
  least: 1,
  most,
  fallback,
  whole: true,
  what,
  allowed: `a whole number from 1 to ${most}`,
})

export const numbers = {
  TWINSTREAM_MAX_ACTIVE: count(20, 500, 'How many assets a route replicates at the same time.'),
  TWINSTREAM_MAX_ACTIVE_POLICIES: count(
    10,
    500,
    'How many policies and account filters a route replicates at the same time.',
  ),
  TWINSTREAM_COPY_CONCURRENCY: count(
    32,
    256,
    'How many blobs or blocks an instance copies at the same time to one storage account.',
  ),
  TWINSTREAM_PACE: {
    // The smallest positive number: zero itself would make every delay vanish.
    least: Number.MIN_VALUE,
    most: 1,
    fallback: 1,
    whole: false,
    what: 'Factor for every delay and interval of the app. 1 in Azure; smaller values make tests and demos quick.',
    allowed: 'a number above 0, 1 at most',
  },
} as const satisfies Record<string, NumberRange>

export type NumberName = keyof typeof numbers

export const ledgerTable = {
  name: 'TWINSTREAM_LEDGER_TABLE',
  fallback: 'TwinstreamUnits',
  pattern: /^(?!tables$)[A-Za-z][A-Za-z0-9]{2,62}$/i,
  allowed: 'a table name: 3 to 63 letters and digits, a letter first',
} as const

export const eventTopics = {
  name: 'TWINSTREAM_EVENT_TOPICS',
  allowed: 'resource ids of Event Grid topics (/subscriptions/…), as a JSON array or separated by commas',
} as const

export const runbook = {
  name: 'TWINSTREAM_RUNBOOK_URL',
  what: 'Address at which your people can read docs/runbook/README.md, e.g. of your copy of the repository. Readiness and the console lead to sections of it.',
  fallback: 'docs/runbook/README.md',
  // It stands in queries and in pages as it is.
  pattern: /^https:\/\/[\w.~:/%+-]+$/,
  allowed: 'an https address without query and fragment',
} as const

export const topologyName = 'TWINSTREAM_TOPOLOGY'

export const hubNames = {
  connection: 'AzureWebJobsStorage',
  account: 'AzureWebJobsStorage__accountName',
  table: 'AzureWebJobsStorage__tableServiceUri',
  client: 'AzureWebJobsStorage__clientId',
} as const

/** What the Functions host reads as well. */
export const telemetryNames = {
  otlp: {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    what: 'Collector of OpenTelemetry that metrics are sent to, as JSON over HTTP; other variables of OpenTelemetry, such as `OTEL_EXPORTER_OTLP_HEADERS`, hold as well. The Functions host sends it the log and traces, and needs `OTEL_EXPORTER_OTLP_PROTOCOL` to be `http/protobuf`.',
    allowed: 'an http or https address without user and password',
  },
  connection: {
    name: 'APPLICATIONINSIGHTS_CONNECTION_STRING',
    what: 'Application Insights that metrics are sent to; by the Functions host the log and traces too. Without this and the one before, nothing is measured.',
    allowed: 'a connection string: InstrumentationKey=…;IngestionEndpoint=…',
  },
  authentication: {
    name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
    what: 'By which identity that is done. Without it the connection string alone must be enough.',
    allowed: 'Authorization=AAD, or ClientId=…;Authorization=AAD for a user-assigned identity',
  },
} as const

const hub: readonly SettingDescription[] = [
  {
    name: hubNames.connection,
    what: 'Storage of the Functions host, the task hub and the ledger, by connection string. Meant for local work; in Azure use one of the next two.',
    allowed: 'a storage connection string, or UseDevelopmentStorage=true',
    required: 'one of the three',
    secret: true,
  },
  {
    name: hubNames.account,
    what: 'The same by identity: name of the storage account in the public cloud.',
    allowed: 'a storage account name: 3 to 24 lower-case letters and digits',
    required: 'one of the three',
    secret: false,
  },
  {
    name: hubNames.table,
    what: 'The same by identity: address of the table service, for other clouds and own names. The Functions host then wants the blob and queue addresses too.',
    allowed: 'an https address without query (http only on this machine)',
    required: 'one of the three',
    secret: false,
  },
  {
    name: hubNames.client,
    what: 'Client id of the user-assigned identity; without it the system-assigned one is used.',
    allowed: 'a GUID',
    required: false,
    secret: false,
  },
]

/** Every setting, in the order of the reference page. */
export const settingDescriptions: readonly SettingDescription[] = [
  ...hub,
  {
    name: topologyName,
    what: 'Accounts and routes as one JSON document; see below.',
    allowed: 'a JSON document: {accounts, routes}',
    required: true,
    secret: false,
  },
  {
    name: eventTopics.name,
    what: 'Topics that may send `Twinstream.*` events. Media accounts may send `Microsoft.Media.*` events without being listed.',
    allowed: eventTopics.allowed,
    required: false,
    secret: false,
  },
  {
    name: ledgerTable.name,
    what: 'Table that holds what the app knows of every unit.',
    allowed: ledgerTable.allowed,
    fallback: ledgerTable.fallback,
    required: false,
    secret: false,
  },
  {
    name: runbook.name,
    what: runbook.what,
    allowed: runbook.allowed,
    fallback: runbook.fallback,
    required: false,
    secret: false,
  },
  ...Object.entries(numbers).map(([name, { what, allowed, fallback }]) => ({
    name,
    what,
    allowed,
    fallback: String(fallback),
    required: false,
    secret: false,
  })),
  ...Object.values(telemetryNames).map(setting => ({
    ...setting,
    required: false,
    secret: setting === telemetryNames.connection,
  })),
]
