/** Before `npm run start:func` builds anything: whether the Functions host is on this machine. Runs on any Node. */
import { spawnSync } from 'node:child_process'

const { status } = spawnSync('func', ['--version'], { stdio: 'ignore', shell: process.platform === 'win32' })
if (status !== 0) {
  console.error(
    'start:func needs Azure Functions Core Tools 4 (func) on the PATH: https://learn.microsoft.com/azure/azure-functions/functions-run-local. `npm start` needs none.',
  )
  process.exit(1)
}
