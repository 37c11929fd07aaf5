/** `node scripts/settings-page.ts [--check]`: writes docs/settings.md from the code, or says whether it is current. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { settingDescriptions } from '../src/lib/config/catalogue.ts'
import { accountSchema, routeSchema } from '../src/lib/config/topology-schema.ts'
import { root } from './run.ts'

const file = join(root, 'docs', 'settings.md')

const accountFields: Readonly<Record<string, string>> = {
  provider: '`arm`',
  subscriptionId: 'subscription of the media account, a GUID',
  resourceGroup: 'its resource group',
  accountName: 'its name',
  location:
    'its Azure location, `eastus2` or `East US 2`; two accounts in one location are refused, since locator and key ids are unique in a location',
  endpoint: 'address of the resource manager, for other clouds and for the simulator',
  storageEndpoints:
    'blob endpoints by storage account name, for those that are not `https://{name}.blob.core.windows.net`',
  credential: '`identity` for the identity of the app, or the name of the application setting that holds a token',
  storageAccess:
    '`credential` reads and writes blobs by the same credential, `containerSas` by the SAS addresses that the media account hands out',
}

const routeFields: Readonly<Record<string, string>> = {
  from: 'key of the source account; never written to',
  to: 'key of the target account',
  mode: '`observe` only compares, `replicate` keeps the twin, `hold` and `paused` stop',
  storage: 'for each storage account of the source, the one of the target that takes its place',
  include: '`{ "namePrefix": "…" }`: only assets whose names begin so',
  deletes: '`locators`, or `assets`: what may be deleted in the target when it was deleted in the source',
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
const row = (...cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`

interface Field {
  safeParse(value: unknown): { readonly success: boolean; readonly data?: unknown }
}

const fieldTable = (shape: Readonly<Record<string, Field>>, explained: Readonly<Record<string, string>>): string => {
  const rows = Object.entries(shape).map(([name, field]) => {
    const what = explained[name]
    if (what === undefined) throw new Error(`scripts/settings-page.ts does not explain the field ${name}.`)
    const fallback = field.safeParse(undefined)
    return row(`\`${name}\``, what, fallback.success ? `\`${JSON.stringify(fallback.data)}\`` : 'required')
  })
  return ['| field | meaning | default |', '| --- | --- | --- |', ...rows].join('\n')
}

const settingRows = settingDescriptions.map(({ name, what, allowed, fallback, required, secret }) =>
  row(
    `\`${name}\`${secret ? ' (secret)' : ''}`,
    what,
    allowed,
    fallback === undefined ? (required === true ? 'required' : required || 'none') : `\`${fallback}\``,
  ),
)

const page = `# Settings

<!-- Made by scripts/settings-page.ts from src/lib/config; change it there. -->

Application settings of the Functions app. They are read once, when the app starts; a change restarts it. All mistakes
are reported at once, each with its path, what was found and what is allowed. With mistakes the app answers 503 on
\`/api/health\`, its log lists them, and its triggers fail, so that Event Grid keeps the events.

| setting | meaning | allowed | default |
| --- | --- | --- | --- |
${settingRows.join('\n')}

## Topology

\`TWINSTREAM_TOPOLOGY\` is one JSON document:

\`\`\`json
{
  "accounts": {
    "east": {
      "provider": "arm",
      "subscriptionId": "11111111-1111-4111-8111-111111111111",
      "resourceGroup": "media-east",
      "accountName": "contosoeast",
      "location": "eastus2"
    },
    "west": {
      "provider": "arm",
      "subscriptionId": "11111111-1111-4111-8111-111111111111",
      "resourceGroup": "media-west",
      "accountName": "contosowest",
      "location": "westus2"
    }
  },
  "routes": [
    { "from": "east", "to": "west", "mode": "replicate", "storage": { "contosoeaststore": "contosoweststore" } }
  ]
}
\`\`\`

Secrets never stand in it: an account names the setting that holds its token.

### Accounts

By key: up to 24 lower-case letters, digits and hyphens, a letter first.

${fieldTable(accountSchema.shape, accountFields)}

### Routes

A route is one direction between two accounts, and is written \`east>west\` in requests.

${fieldTable(routeSchema.shape, routeFields)}
`

const present = (): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

if (!process.argv.includes('--check')) writeFileSync(file, page)
else if (present() !== page) {
  console.error('docs/settings.md is not current: run `npm run settings-page`.')
  process.exitCode = 1
}
