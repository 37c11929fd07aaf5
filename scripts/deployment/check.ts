/** `npm run check:topology [-- FILE]`: whether `infra/topology.json` can be deployed; every mistake at once. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { topologyIssues } from './topology-file.ts'

const usage = `npm run check:topology [-- FILE]

Says whether a topology can be deployed, with every mistake at once. Without FILE it is infra/topology.json.
Exit code: 0 sound, 1 mistakes, 2 wrong use.
`
const args = process.argv.slice(2)
if (args.some(arg => arg.startsWith('-')) || args.length > 1) {
  const asked = args.includes('--help')
  if (asked) process.stdout.write(usage)
  else process.stderr.write(usage)
  process.exit(asked ? 0 : 2)
}
const [file = fileURLToPath(new URL('../../infra/topology.json', import.meta.url))] = args

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
const mistakes = issues.length === 1 ? '1 mistake' : `${issues.length} mistakes`
console.log(issues.length === 0 ? `${file} is sound.` : `${mistakes}; nothing was deployed.`)
process.exitCode = issues.length === 0 ? 0 : 1
