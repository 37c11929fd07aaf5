import { join } from 'node:path'
import { type AppDirectory, findApp, loadApp } from './app-loader.ts'
import { CoreApi, installCoreApi } from './core-api.ts'
import { Database } from './database.ts'
import { HostError, messageOf } from './errors.ts'
import { problem } from './http/message.ts'
import { type HttpServer, listen, type Respond } from './http/server.ts'
import { createLog, type Log } from './log.ts'
import type { HostOptions } from './options.ts'
import { Registry } from './registry.ts'
import { schema } from './schema.ts'
import { assemble, type Services } from './services.ts'
import { applySettings } from './settings-file.ts'

export interface Host {
  /** Such as http://127.0.0.1:7071. */
  readonly url: string
  /** Stops accepting, lets what runs finish for 5 s at most, closes the state. */
  close(): Promise<void>
}

/** How long running functions may still take when the host stops, in milliseconds. */
const grace = 5000
const defaultBodyLimit = 100 * 1024 * 1024

let running = false

/**
 * Runs an app in this process. Settings go into process.env and the app is loaded into this process, so there is one
 * host a process, once. Throws HostError when it cannot start; nothing is left open then.
 */
export const startHost = async (options: HostOptions): Promise<Host> => {
  if (running) throw new HostError('A host has been started in this process already: start another process.')
  running = true
  const undo: (() => unknown)[] = []
  try {
    return await start(options, undo)
  } catch (error) {
    for (const one of undo.reverse()) await one()
    throw error
  }
}

const start = async (options: HostOptions, undo: (() => unknown)[]): Promise<Host> => {
  const write = options.write ?? ((line: string) => process.stdout.write(`${line}\n`))
  const log = createLog(options.log ?? 'text', options.logLevel ?? 'information', write)
  const app = findApp(options.app)
  const settingsFile = options.settings ?? join(app.path, 'local.settings.json')
  applySettings(settingsFile, options.settings === undefined, process.env)

  const onFatal = fatalOnce(options, log)
  const db = new Database(join(options.state, 'durable.db'), schema, onFatal)
  undo.push(() => db.close())
  let respond: Respond = async () => problem(503, 'The host is starting.', { 'retry-after': '1' })
  const server = await listen(
    options.port ?? 0,
    options.bodyLimit ?? defaultBodyLimit,
    request => respond(request),
    error => log('error', 'Host.Http', `A request failed: ${messageOf(error)}`),
  )
  undo.push(() => server.close(0))

  process.env.WEBSITE_HOSTNAME = `localhost:${server.port}`
  const registry = new Registry()
  const core = new CoreApi(registry, log)
  undo.push(installCoreApi(core))
  await loadFunctions(app, registry, core)
  const services = assemble(options, app, { db, log, registry, core, port: server.port, onFatal })
  respond = services.respond
  services.start()
  log(
    'information',
    'Host',
    `${registry.all().length} functions: ${registry
      .all()
      .map(fn => fn.name)
      .join(', ')}`,
  )
  write(`Host listening on http://127.0.0.1:${server.port}`)
  return { url: `http://127.0.0.1:${server.port}`, close: once(() => stop(services, server, db, core)) }
}

const fatalOnce = (options: HostOptions, log: Log): ((error: unknown) => void) => {
  let reported = false
  return error => {
    if (reported) return
    reported = true
    const fatal = error instanceof Error ? error : new Error(String(error))
    if (options.onFatal) return options.onFatal(fatal)
    log('critical', 'Host', fatal.message)
    process.exit(1)
  }
}

const loadFunctions = async (app: AppDirectory, registry: Registry, core: CoreApi): Promise<void> => {
  await loadApp(app)
  const model = core.getProgrammingModel()
  const capabilities = await model?.getCapabilities({})
  if (capabilities?.HttpUri)
    throw new HostError('The app switches on HTTP streaming, which this host does not carry out.')
  await core.runHooks('appStart', { functionAppDirectory: app.path, hookData: {}, appHookData: {} })
  registry.lock(process.env)
}

const stop = async (services: Services, server: HttpServer, db: Database, core: CoreApi): Promise<void> => {
  const end = Date.now() + grace
  await Promise.race([services.drain(), new Promise(resolve => setTimeout(resolve, grace).unref())])
  await server.close(Math.max(end - Date.now(), 100))
  await core.runHooks('appTerminate', { hookData: {}, appHookData: {} })
  services.counters.flush()
  db.close()
}

const once = (run: () => Promise<void>): (() => Promise<void>) => {
  let result: Promise<void> | undefined
  return () => {
    result ??= run()
    return result
  }
}
