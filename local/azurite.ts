import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { isReason } from './last-words.ts'

/** A storage account and its key in base64. */
export interface StorageAccount {
  readonly name: string
  readonly key: string
}

export interface AzuritePorts {
  readonly blob: number
  readonly queue: number
  readonly table: number
}

export interface AzuriteOptions {
  readonly accounts: readonly StorageAccount[]
  /** Where everything is kept; without it, in memory, where nothing is ever given back: for runs of hours give a folder. */
  readonly dir?: string
  /** 0 takes a free port, and is the default. */
  readonly ports?: AzuritePorts
  /** What the child runs in place of `azurite-child.ts`; it has to import that. */
  readonly entry?: string
  readonly log?: (line: string) => void
}

export interface Azurite {
  /** Addresses without account and trailing slash, e.g. `http://127.0.0.1:10000`. */
  readonly blobUrl: string
  readonly queueUrl: string
  readonly tableUrl: string
  readonly accounts: readonly StorageAccount[]
  readonly pid: number
  /** Settles when the process has ended, with a sentence that says why. */
  readonly exited: Promise<string>
  /** Throws for an account that is not among `accounts`. The text holds the key. */
  connectionString(account: string): string
  close(): Promise<void>
}

const host = '127.0.0.1'
const services = ['Blob', 'Queue', 'Table'] as const
const startDeadline = 60_000
const closeDeadline = 5000
/** Longer than any client keeps an idle connection, so that none is closed under a request. Seconds. */
const keepAlive = 86_400

const checkAccounts = (accounts: readonly StorageAccount[]) => {
  if (accounts.length === 0) throw new Error('Azurite needs at least one storage account')
  for (const { name, key } of accounts) {
    if (!/^[a-z0-9]{3,24}$/.test(name))
      throw new Error(`"${name}" is not a storage account name: use 3 to 24 lower-case letters and digits`)
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(key)) throw new Error(`The key of storage account ${name} is not base64`)
  }
}

const commandLine = ({ dir, ports, entry }: AzuriteOptions): string[] => [
  entry ?? join(import.meta.dirname, 'azurite-child.ts'),
  ...(dir === undefined ? ['--inMemoryPersistence'] : ['--location', dir]),
  '--silent',
  '--skipApiVersionCheck',
  '--disableTelemetry',
  ...services.flatMap(service => {
    const name = service.toLowerCase() as keyof AzuritePorts
    return [
      `--${name}Host`,
      host,
      `--${name}Port`,
      String(ports?.[name] ?? 0),
      `--${name}KeepAliveTimeout`,
      String(keepAlive),
    ]
  }),
]

/** Azurite calls itself over HTTP to check copy sources, which a proxy of the environment must not see. */
const environment = (accounts: readonly StorageAccount[]): NodeJS.ProcessEnv => {
  const proxies = /^(https?|all)_proxy$/i
  const inherited = Object.entries(process.env).filter(
    ([name]) => !proxies.test(name) && !name.startsWith('AZURITE_') && name !== 'NODE_OPTIONS',
  )
  return {
    ...Object.fromEntries(inherited),
    AZURITE_ACCOUNTS: accounts.map(({ name, key }) => `${name}:${key}`).join(';'),
  }
}

const reasonOf = (line: string): string => {
  const taken = /EADDRINUSE.*?([\d.]+):(\d+)/.exec(line)
  return taken === null ? line : `port ${taken[2]} on ${taken[1]} is taken: end what uses it or choose another port`
}

/** Collects the addresses that Azurite prints and what it says of its end. */
const watch = (child: ChildProcess, log: (line: string) => void) => {
  const urls = new Map<string, string>()
  let complaint = ''
  const listening = Promise.withResolvers<void>()
  const read = (stream: NodeJS.ReadableStream | null, take: (line: string) => void) => {
    if (stream === null) return
    createInterface({ input: stream }).on('line', line => {
      log(line)
      take(line)
    })
  }
  read(child.stdout, line => {
    const [, service, url] = /^Azurite (\w+) service is successfully listening at (\S+)$/.exec(line) ?? []
    if (service === undefined || url === undefined) return
    urls.set(service, url)
    if (urls.size === services.length) listening.resolve()
  })
  read(child.stderr, line => {
    if (isReason(line)) complaint = reasonOf(line.trim())
  })
  const exited = once(child, 'close').then(
    ([code, signal]) =>
      `${signal === null ? `exit code ${String(code)}` : `signal ${String(signal)}`}${complaint === '' ? '' : `: ${complaint}`}`,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
  return { urls, listening: listening.promise, exited, complaint: () => complaint }
}

const stop = async (child: ChildProcess, exited: Promise<unknown>): Promise<void> => {
  child.stdin?.end()
  const force = setTimeout(() => child.kill('SIGKILL'), closeDeadline)
  await exited
  clearTimeout(force)
}

/**
 * Starts Azurite as a child process on this Node. It ends with this process, however this ends.
 *
 * Throws one sentence when it does not come up: a taken port, an unwritable folder, a child that died.
 */
export const startAzurite = async (options: AzuriteOptions): Promise<Azurite> => {
  checkAccounts(options.accounts)
  const child = spawn(process.execPath, commandLine(options), {
    env: environment(options.accounts),
    stdio: ['pipe', 'pipe', 'pipe'],
    // A Ctrl-C in the terminal must not take the storage away from those who are still ending.
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  const { urls, listening, exited, complaint } = watch(child, options.log ?? (() => {}))
  const deadline = setTimeout(() => child.kill('SIGKILL'), startDeadline)
  const why = await Promise.race([listening, exited])
  clearTimeout(deadline)
  if (why !== undefined) throw new Error(`Azurite did not start: ${complaint() || why}`)

  const url = (service: (typeof services)[number]) => urls.get(service) ?? ''
  let closing = false
  return {
    blobUrl: url('Blob'),
    queueUrl: url('Queue'),
    tableUrl: url('Table'),
    accounts: options.accounts,
    pid: child.pid ?? 0,
    exited: exited.then(reason => (closing ? 'Azurite was closed' : `Azurite ended by itself: ${reason}`)),
    connectionString(account) {
      const key = options.accounts.find(({ name }) => name === account)?.key
      if (key === undefined) throw new Error(`Azurite has no storage account ${account}`)
      const endpoints = services.map(service => `${service}Endpoint=${url(service)}/${account}`)
      return ['DefaultEndpointsProtocol=http', `AccountName=${account}`, `AccountKey=${key}`, ...endpoints].join(';')
    },
    async close() {
      closing = true
      await stop(child, exited)
    },
  }
}
