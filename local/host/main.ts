import { enableCompileCache } from 'node:module'
import { HostError, messageOf } from './errors.ts'
import { startHost } from './host.ts'
import { parseArguments, usage } from './options.ts'

/** Ends at once with one line on stderr. */
const die = (error: unknown): never => {
  process.stderr.write(`${messageOf(error).replaceAll('\n', ' ')}\n`)
  process.exit(1)
}

const main = async (): Promise<void> => {
  if (process.argv.includes('--help')) {
    process.stdout.write(`${usage}\n`)
    return
  }
  // Loading the bundle is most of the start; a third of that is compiling it.
  enableCompileCache()
  const { withParent, ...options } = parseArguments(process.argv.slice(2))
  // As with the real worker: what nobody caught ends the process; its state lets the next one go on.
  process.on('uncaughtException', die)
  process.on('unhandledRejection', die)
  // Whoever read the log may be gone; that is no reason to stop.
  process.stdout.on('error', () => {})

  const host = await startHost({ ...options, onFatal: die })
  const end = () => {
    host.close().then(() => process.exit(0), die)
  }
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  if (withParent) process.stdin.on('end', end).on('error', end).resume()
}

main().catch((error: unknown) => {
  if (error instanceof HostError && error.message.startsWith('--')) process.stderr.write(`${usage}\n`)
  die(error)
})
