/** What to try while the demo stays up: commands for a POSIX shell with curl. */
import type { Stack } from '../stack/stack.ts'
import { names, titles } from './titles.ts'

interface Block {
  readonly title: string
  readonly commands: readonly string[]
  readonly after?: string
}

const [clear] = titles

const setUp = ({ urls, accounts, topic, keys }: Stack): Block => ({
  title: 'First, in the same shell (any token is an owner of the simulated accounts)',
  commands: [
    `SIM=${urls.simulator} APP=${urls.host}/api KEY=${keys.write} TOPIC=${topic.endpoint}`,
    `EAST=$SIM${accounts.east.accountId}`,
    `WEST=$SIM${accounts.west.accountId}`,
    `arm() { curl -sS -X "$1" "$2?api-version=$3" -H 'authorization: Bearer me' -H 'content-type: application/json' -d "\${4-}"; echo; }`,
    `app() { curl -sS "$APP/$1" -H "x-functions-key: $KEY" \${2+-H 'content-type: application/json' -d "$2"}; echo; }`,
    `shows() { until app "$1" | grep "$2"; do sleep 1; done; }`,
    `announce() { curl -sS "$TOPIC" -H 'aeg-sas-key: me' -H 'content-type: application/json' -d '[{"id":"'$1-$(date +%s)'","eventType":"Twinstream.LocatorCreated","subject":"streamingLocators/'$1'","eventTime":"2026-01-01T00:00:00Z","dataVersion":"1.0","data":{"locatorName":"'$1'","assetName":"'$2'"}}]'; }`,
  ],
})

const publishAnother: Block = {
  title: 'Publish another title in A; the last line asks the app for it',
  commands: [
    `arm PUT "$EAST/assets/encore" 2022-08-01 '{"properties":{}}'`,
    `arm PUT "$EAST/transforms/${names.transform}/jobs/encore" 2022-07-01 '{"properties":{"input":{"@odata.type":"#Microsoft.Media.JobInputHttp","files":["https://films.contoso.example/encore.mov"]},"outputs":[{"@odata.type":"#Microsoft.Media.JobOutputAsset","assetName":"encore"}]}}'`,
    `arm PUT "$EAST/streamingLocators/encore-clear" 2022-08-01 '{"properties":{"assetName":"encore","streamingPolicyName":"Predefined_ClearStreamingOnly"}}'`,
    'announce encore-clear encore',
    `shows "units?route=east%3Ewest&kind=asset&name=encore" '"outcome":"inSync"'`,
    'arm GET "$WEST/streamingLocators/encore-clear" 2022-08-01',
  ],
}

const editPolicy: Block = {
  title: 'Edit a policy in A and ask for it by a resync',
  commands: [
    `arm PATCH "$EAST/contentKeyPolicies/${names.keyPolicy}" 2022-08-01 '{"properties":{"description":"Viewers of the premiere"}}'`,
    `app resync '{"route":"east>west","units":[{"kind":"contentKeyPolicy","name":"${names.keyPolicy}"}]}'`,
    `until arm GET "$WEST/contentKeyPolicies/${names.keyPolicy}" 2022-08-01 | grep premiere; do sleep 1; done`,
  ],
}

const resyncAll: Block = {
  title: 'Compare the whole route without changing anything; the report has a line a unit',
  commands: [
    `OPERATION=$(app resync '{"route":"east>west","all":true,"dryRun":true}' | sed -n 's/.*"id":"\\([^"]*\\)".*/\\1/p')`,
    `shows "operations/$OPERATION" '"status":"succeeded"'; app "operations/$OPERATION/report"`,
  ],
}

/** Accounts and storage only: the topic of the events lives in A as well, and would take none. */
const takeDown: Block = {
  title: 'Take region A down, and tell the app of a title: the title waits, and B still has every path',
  commands: [
    `for PLANE in control storage; do curl -sS -X POST "$SIM/_sim/outage?account=east&plane=$PLANE"; echo; done`,
    `announce ${clear?.locator} ${clear?.asset}`,
    `shows "units?route=east%3Ewest&kind=asset&name=${clear?.asset}" '"SourceUnavailable"'`,
    `arm POST "$WEST/streamingLocators/${clear?.locator}/listPaths" 2022-08-01 '{}'`,
  ],
  after:
    'The unit says `waiting` with the code `SourceUnavailable`; a new resync that names titles would be refused with that code.',
}

const bringBack: Block = {
  title: 'Bring region A back: the title is in sync again by itself',
  commands: [
    `curl -sS -X DELETE "$SIM/_sim/outage?account=east"; echo`,
    `shows "units?route=east%3Ewest&kind=asset&name=${clear?.asset}" '"outcome":"inSync"'`,
  ],
}

const compare = ({ settingsFile }: Stack): Block => ({
  title: 'Compare both regions byte by byte and secret by secret, without the app (in the folder of the clone)',
  commands: [`npm run compare -- --from east --to west --topology ${settingsFile}`],
})

const render = ({ title, commands, after }: Block): string =>
  `${title}:\n\n${commands.map(command => `  ${command}\n`).join('')}${after === undefined ? '' : `\n${after}\n`}`

export const howToTry = (stack: Stack): string => `
Console          ${stack.urls.host}/api/console
  type in        ${stack.keys.write}   (to look only: ${stack.keys.read})

Region A (east)  ${stack.urls.simulator}${stack.accounts.east.accountId}
Region B (west)  ${stack.urls.simulator}${stack.accounts.west.accountId}
Blob storage     ${stack.urls.storage}/{storage account}/{container}
The app          ${stack.urls.host}/api   (x-functions-key: as for the console)
What A and B saw ${stack.urls.simulator}/_sim/counters and /_sim/traffic; all switches: ${stack.urls.simulator}/_sim/

${[setUp(stack), publishAnother, editPolicy, compare(stack), resyncAll, takeDown, bringBack].map(render).join('\n')}
Ctrl-C ends everything.
`
