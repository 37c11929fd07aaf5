/** Looks at the ports before anything is started, so that the answer is quick and names the option to change. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Options } from './options.ts'

const uses = [
  { of: 'the media accounts', option: '--port', key: 'port' },
  { of: 'the app', option: '--host-port', key: 'hostPort' },
  { of: 'the blob storage', option: '--storage-port', key: 'storagePort' },
] as const

const refusals: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken: end what uses it, or',
  EACCES: 'may not be used by you:',
}

/** The system's code for why the port cannot be used. */
const refusal = async (port: number): Promise<string | undefined> => {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return undefined
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  } finally {
    server.close()
  }
}

/** Throws one sentence for the first port that cannot be used. */
export const checkPorts = async (options: Pick<Options, (typeof uses)[number]['key']>): Promise<void> => {
  for (const { of, option, key } of uses) {
    const port = options[key]
    const code = await refusal(port)
    if (code === undefined) continue
    const why = refusals[code] ?? `cannot be used (${code}):`
    throw new Error(`Port ${port} for ${of} ${why} choose another with ${option}; 0 takes any free one.`)
  }
}
