/** `npm run check:topology [-- FILE]`: whether `infra/topology.json` can be deployed; every mistake at once. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { topologyIssues } from './topology-file.ts'

const [file = fileURLToPath(new URL('../../infra/topology.json', import.meta.url))] = process.argv.slice(2)

const read = (): string | undefined => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

const text = read()
const issues = text === undefined ? [{ path: file, found: 'no such file', allowed: 'a file' }] : topologyIssues(text)
for (const { path, found, allowed } of issues) console.error(`${path}: found ${found}; allowed is ${allowed}`)
console.log(issues.length === 0 ? `${file} is sound.` : `${issues.length} mistakes; nothing was deployed.`)
process.exitCode = issues.length === 0 ? 0 : 1
