/**
 * Makes the Event Grid subscriptions once the code is deployed; azd runs it. A function is not always known to Event Grid
 * right after a deployment, so that the deployment is tried again for some minutes. May be repeated.
 */
import { spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const attempts = 6
const pauseMilliseconds = 30_000

/** Without `-a` the values would be the shell's own, and not handed on. */
const byHand = 'set -a; eval "$(azd env get-values)"; set +a'

const required = (name: string): string => {
  const value = process.env[name]
  if (value !== undefined && value !== '') return value
  console.error(`${name} is not set. azd sets it; by hand, in a POSIX shell, first: ${byHand}`)
  process.exit(1)
}

const parameters = {
  appId: required('TWINSTREAM_APP_ID'),
  deadLetterStorageId: required('TWINSTREAM_HUB_STORAGE_ID'),
  appResourceGroup: required('AZURE_RESOURCE_GROUP'),
  locatorTopicName: required('TWINSTREAM_LOCATOR_TOPIC_NAME'),
}
const template = fileURLToPath(new URL('../../infra/events/subscriptions.bicep', import.meta.url))
const command = [
  ...['deployment', 'sub', 'create', '--name', 'twinstream-subscriptions', '--location', required('AZURE_LOCATION')],
  ...['--subscription', required('AZURE_SUBSCRIPTION_ID'), '--template-file', template, '--output', 'none'],
  ...['--parameters', ...Object.entries(parameters).map(([name, value]) => `${name}=${value}`)],
]

for (let attempt = 1; ; attempt += 1) {
  const { status, error } = spawnSync('az', command, { stdio: 'inherit', shell: process.platform === 'win32' })
  if (status === 0) break
  if (error !== undefined || attempt === attempts) {
    console.error(
      error === undefined ? 'The subscriptions were not made; run this again.' : 'The Azure CLI (az) is needed.',
    )
    process.exit(1)
  }
  console.error(`Not yet; again in ${pauseMilliseconds / 1000} s (${attempt} of ${attempts - 1}).`)
  await sleep(pauseMilliseconds)
}
