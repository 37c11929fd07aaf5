/** Writes `docs/settings/README.md` from the catalogue of the settings; `--check` says whether it is current. */
import { readFileSync, writeFileSync } from 'node:fs'
import * as z from 'zod'
import { settingDescriptions } from '../src/lib/config/catalogue.ts'
import { accountSchema, routeSchema } from '../src/lib/config/topology-schema.ts'

const page = new URL('../docs/settings/README.md', import.meta.url)

const row = (cells: readonly string[]): string => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')

const need = (required: boolean | string): string => (typeof required === 'string' ? required : required ? 'yes' : 'no')

const settings = (): string =>
  table(
    ['setting', 'what it does', 'allowed', 'required', 'default'],
    settingDescriptions.map(({ name, what, allowed, required, fallback }) => [
      `\`${name}\``,
      what,
      allowed,
      need(required),
      fallback === undefined ? '' : `\`${fallback}\``,
    ]),
  )

const properties = (shape: Readonly<Record<string, z.ZodType>>): string =>
  table(
    ['property', 'what it is', 'default'],
    Object.entries(shape).map(([name, schema]) => {
      // Left out, and not undefined: some may be the one and not the other.
      const { success, data } = z.object({ [name]: schema }).safeParse({})
      const value = data?.[name]
      const fallback = success ? (value === undefined ? '' : `\`${JSON.stringify(value)}\``) : 'required'
      return [`\`${name}\``, z.globalRegistry.get(schema)?.description ?? '', fallback]
    }),
  )

const example = {
  accounts: {
    east: {
      provider: 'arm',
      subscriptionId: '00000000-0000-0000-0000-000000000001',
      resourceGroup: 'media-east',
      accountName: 'contosoeast',
      location: 'eastus2',
    },
    west: {
      provider: 'arm',
      subscriptionId: '00000000-0000-0000-0000-000000000001',
      resourceGroup: 'media-west',
      accountName: 'contosowest',
      location: 'westus2',
    },
  },
  routes: [{ from: 'east', to: 'west', mode: 'replicate', storage: { contosoeaststore: 'contosoweststore' } }],
}

/** Text of the page. */
export const settingsPage = (): string => `# Settings

Written by \`node scripts/settings-page.ts\` from \`src/lib/config\`; change it there.

Settings are read once, at start; a change restarts the app. All mistakes are reported at once, each with its place, what
was found and what is allowed. With mistakes the app answers \`/api/health\` with 503 and refuses its triggers, so that
Event Grid keeps the events; \`GET /api/readiness\` and the log list the mistakes. An empty value counts as not given.

## Application settings

${settings()}

Of the first three one is needed; the connection string wins where several are given. A \`TWINSTREAM_\` setting whose name
is nearly one of these is refused as a slip of the pen.

## Topology

One JSON document without comments. Properties that are not listed here are refused.

\`\`\`json
${JSON.stringify(example, null, 2)}
\`\`\`

### \`accounts.{key}\`

The key is up to 24 lower-case letters, digits and hyphens, a letter first. Two accounts in one location are refused,
because locator ids and key ids are unique in a location. Secrets are never written here: \`credential\` names the
application setting that holds one.

${properties(accountSchema.shape)}

### \`routes[]\`

A route is known as \`from>to\`. Each pair of accounts may be named once in each direction.

${properties(routeSchema.shape)}
`

if (import.meta.main) {
  if (!process.argv.includes('--check')) writeFileSync(page, settingsPage())
  else if (readFileSync(page, 'utf8') !== settingsPage()) {
    console.error('docs/settings/README.md is not current: run node scripts/settings-page.ts')
    process.exitCode = 1
  }
}
