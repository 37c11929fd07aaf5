import { type AdminParts, answerAdmin } from './admin.ts'
import { answerClient } from './durable/client-api.ts'
import type { ClientApiParts } from './durable/client-start.ts'
import { rpcPath, webhookPath } from './durable/client-urls.ts'
import { answerEventGrid, type EventGridParts } from './event-grid.ts'
import { givenKey, type HostRequest, type HostResponse, problem } from './http/message.ts'
import { splitPath } from './http/routes.ts'
import type { Respond } from './http/server.ts'
import type { Keys } from './keys.ts'

export interface DispatchParts {
  readonly admin: AdminParts
  readonly client: ClientApiParts
  readonly eventGrid: EventGridParts
  readonly functions: Respond
  readonly keys: Keys
  /** Whether keys are asked for where `func start` would not. */
  readonly auth: boolean
  readonly stopping: () => boolean
}

const eventGridPath = '/runtime/webhooks/eventgrid'

/** Decides which part of the host answers a request, and who may ask it. */
export const createDispatch =
  (parts: DispatchParts): Respond =>
  async request => {
    const { pathname } = request.url
    // Activities that are still running while the host stops need their client, nobody else is let in.
    if (below(pathname, rpcPath)) return rpc(parts, request)
    if (parts.stopping()) return problem(503, 'The host is stopping.', { connection: 'close', 'retry-after': '5' })
    if (below(pathname, webhookPath)) return webhook(parts, request)
    if (pathname.toLowerCase() === eventGridPath) return eventGrid(parts, request)
    if (below(pathname, '/admin')) return admin(parts, request)
    return parts.functions(request)
  }

const below = (pathname: string, base: string): boolean => `${pathname.toLowerCase()}/`.startsWith(`${base}/`)

const rest = (request: HostRequest, base: string): string[] | undefined =>
  splitPath(request.url.pathname.slice(base.length))

const badPath = problem(400, 'The path is not valid percent-encoding.')

const rpc = async ({ client }: DispatchParts, request: HostRequest): Promise<HostResponse> => {
  if (!request.local) return problem(403, 'This address serves only the app on this machine.')
  const path = rest(request, rpcPath)
  return path ? answerClient(client, path, request) : badPath
}

const webhook = async ({ client, keys }: DispatchParts, request: HostRequest): Promise<HostResponse> => {
  if (!keys.allowsSystem('durabletask_extension', givenKey(request))) return { status: 401 }
  const path = rest(request, webhookPath)
  return path ? answerClient(client, path, request) : badPath
}

const eventGrid = async (parts: DispatchParts, request: HostRequest): Promise<HostResponse> => {
  if (parts.auth && !parts.keys.allowsSystem('eventgrid_extension', givenKey(request))) return { status: 401 }
  return answerEventGrid(parts.eventGrid, request)
}

const admin = (parts: DispatchParts, request: HostRequest): HostResponse => {
  if (parts.auth && !parts.keys.allowsAdmin(givenKey(request))) return { status: 401 }
  const path = rest(request, '/admin')
  return path ? answerAdmin(parts.admin, path, request) : badPath
}
