/** `npm run test:doors -- --runs N --seed S`: N hostile requests to every door, in place of the few of `npm test`. */
import { parseArgs } from 'node:util'
import { run } from './run.ts'

const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' } } })
process.env.TWINSTREAM_DOORS_RUNS = values.runs ?? '1000'
process.env.TWINSTREAM_DOORS_SEED = values.seed ?? String(Date.now() % 1_000_000)
// One answer may wait for many others: the time limit of one test is not that of thousands of requests.
const { code } = await run('node', ['scripts/test.ts', 'test/faults/doors', '--test-timeout=1800000'])
process.exitCode = code
