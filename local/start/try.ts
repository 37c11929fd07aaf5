/** What to try while the demo stays up: commands for a POSIX shell with curl. */
import type { Stack } from '../stack/stack.ts'
import { names, titles } from './titles.ts'

interface Block {
  readonly title: string
  readonly commands: readonly string[]
  readonly after?: string
}

const [clear, encrypted] = titles

const setUp = ({ urls, accounts, topic, functionKey }: Stack): Block => ({
  title: 'First, in the same shell (any token is an owner of the simulated accounts)',
  commands: [
    `SIM=${urls.simulator} APP=${urls.host}/api KEY=${functionKey} TOPIC=${topic.endpoint}`,
    `EAST=$SIM${accounts.east.accountId}`,
    `WEST=$SIM${accounts.west.accountId}`,
    `arm() { curl -sS -X "$1" "$2?api-version=$3" -H 'authorization: Bearer me' -H 'content-type: application/json' -d "\${4-}"; echo; }`,
    `app() { curl -sS "$APP/$1" -H "x-functions-key: $KEY" \${2+-H 'content-type: application/json' -d "$2"}; echo; }`,
  ],
})

const publishAnother: Block = {
  title: 'Publish another title in A; the last line asks the app for it',
  commands: [
    `arm PUT "$EAST/assets/encore" 2022-08-01 '{"properties":{}}'`,
    `arm PUT "$EAST/transforms/${names.transform}/jobs/encore" 2022-07-01 '{"properties":{"input":{"@odata.type":"#Microsoft.Media.JobInputHttp","files":["https://films.contoso.example/encore.mov"]},"outputs":[{"@odata.type":"#Microsoft.Media.JobOutputAsset","assetName":"encore"}]}}'`,
    `arm PUT "$EAST/streamingLocators/encore-clear" 2022-08-01 '{"properties":{"assetName":"encore","streamingPolicyName":"Predefined_ClearStreamingOnly"}}'`,
    `curl -sS "$TOPIC" -H 'aeg-sas-key: me' -H 'content-type: application/json' -d '[{"id":"encore-1","eventType":"Twinstream.LocatorCreated","subject":"streamingLocators/encore-clear","eventTime":"2026-01-01T00:00:00Z","dataVersion":"1.0","data":{"locatorName":"encore-clear","assetName":"encore"}}]'`,
    'sleep 3; app "units?route=east%3Ewest&kind=asset&name=encore"',
    'arm GET "$WEST/streamingLocators/encore-clear" 2022-08-01',
  ],
}

const editPolicy: Block = {
  title: 'Edit a policy in A and ask for it by a resync',
  commands: [
    `arm PATCH "$EAST/contentKeyPolicies/${names.keyPolicy}" 2022-08-01 '{"properties":{"description":"Viewers of the premiere"}}'`,
    `app resync '{"route":"east>west","units":[{"kind":"contentKeyPolicy","name":"${names.keyPolicy}"}]}'`,
    `sleep 2; arm GET "$WEST/contentKeyPolicies/${names.keyPolicy}" 2022-08-01`,
  ],
}

const resyncAll: Block = {
  title: 'Compare the whole route without changing anything; the report has a line a unit',
  commands: [
    `OPERATION=$(app resync '{"route":"east>west","all":true,"dryRun":true}' | sed -n 's/.*"id":"\\([^"]*\\)".*/\\1/p')`,
    'sleep 2; app "operations/$OPERATION"; app "operations/$OPERATION/report"',
  ],
}

const takeDown: Block = {
  title: 'Take region A down: B still has every path, and what A is asked for waits',
  commands: [
    `curl -sS -X POST "$SIM/_sim/outage?account=east"; echo`,
    `arm POST "$WEST/streamingLocators/${encrypted?.locator}/listPaths" 2022-08-01 '{}'`,
    `app resync '{"route":"east>west","assets":["${clear?.asset}"]}'`,
    `sleep 3; app "units?route=east%3Ewest&kind=asset&name=${clear?.asset}"`,
    `curl -sS -X DELETE "$SIM/_sim/outage?account=east"; echo`,
  ],
  after: 'Within a minute or two of the end of the outage the unit is in sync again by itself.',
}

const render = ({ title, commands, after }: Block): string =>
  `${title}:\n\n${commands.map(command => `  ${command}\n`).join('')}${after === undefined ? '' : `\n${after}\n`}`

export const howToTry = (stack: Stack): string => `
Region A (east)  ${stack.urls.simulator}${stack.accounts.east.accountId}
Region B (west)  ${stack.urls.simulator}${stack.accounts.west.accountId}
Blob storage     ${stack.urls.storage}/{storage account}/{container}
The app          ${stack.urls.host}/api   (function key: ${stack.functionKey})
What A and B saw ${stack.urls.simulator}/_sim/counters and /_sim/traffic; all switches: ${stack.urls.simulator}/_sim/

${[setUp(stack), publishAnother, editPolicy, resyncAll, takeDown].map(render).join('\n')}
Ctrl-C ends everything.
`
