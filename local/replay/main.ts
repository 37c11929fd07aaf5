/** `npm run replay -- FILE`: answers recorded traffic from the simulator and shows where the answers differ. */
import { parseArgs } from 'node:util'
import { readRecording, UnusableRecording } from './recording.ts'
import { replay } from './replay.ts'
import { reportOf } from './report.ts'
import { tableOf } from './table.ts'

const usage = `Usage: npm run replay -- FILE [--json]
  FILE    JSON lines with the keys test, method, url, request, status, headers and response
  --json  one JSON document instead of the table, with every difference
  --help  this text
Each test of the file is replayed in order against a fresh simulator. The exit code is 0 when the file was replayed,
whatever was found, and 1 when it cannot be.`

const argumentsOf = (args: string[]) => {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
      allowPositionals: true,
    })
    const [file, ...more] = positionals
    if (values.help) return { help: true } as const
    if (file === undefined || more.length > 0) throw new UnusableRecording(`one FILE is expected; --help says more`)
    return { help: false, file, json: values.json } as const
  } catch (error) {
    throw new UnusableRecording(error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error))
  }
}

const main = async (): Promise<number> => {
  try {
    const wanted = argumentsOf(process.argv.slice(2))
    if (wanted.help) {
      console.log(usage)
      return 0
    }
    const report = reportOf(wanted.file, await replay(readRecording(wanted.file)))
    console.log(wanted.json ? JSON.stringify(report, undefined, 2) : tableOf(report))
    return 0
  } catch (error) {
    if (!(error instanceof UnusableRecording)) throw error
    console.error(`replay: ${error.message}`)
    return 1
  }
}

process.exitCode = await main()
