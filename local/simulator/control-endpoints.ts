/** The endpoints below `/_sim/` and what each does. */
import type { ArmServices } from './arm-server.ts'
import { accountId } from './envelope.ts'
import { InvalidFaultRule, type Plane, parseFaultRule, planes } from './faults.ts'
import { makeStorageEncrypted } from './storage-encryption.ts'
import { changeSwitches, defaultSwitches, type Switches } from './switches.ts'
import { readTokenRule } from './token-rules.ts'

export interface ControlServices extends ArmServices {
  readonly setSwitches: (switches: Switches) => void
}

/** An answer of its own; thrown to end a request early. */
export class Refusal extends Error {
  readonly status: number
  readonly problems: readonly string[]
  constructor(status: number, problems: readonly string[]) {
    super(problems.join('; '))
    this.status = status
    this.problems = problems
  }
}

export interface ControlRequest {
  readonly services: ControlServices
  readonly query: URLSearchParams
  /** Rest of the path after the name of the endpoint. */
  readonly rest: string
  readonly body: unknown
}

type Handler = (request: ControlRequest) => unknown

interface Endpoint {
  readonly about: string
  readonly methods: Readonly<Record<string, { readonly about: string; readonly run: Handler }>>
}

/** JSON lines instead of JSON. */
export class Lines {
  readonly text: string
  readonly dropped: number
  constructor(text: string, dropped: number) {
    this.text = text
    this.dropped = dropped
  }
}

const knownAccount = ({ services, query }: ControlRequest): string => {
  const key = query.get('account')
  const known = services.kernel.state.accounts().map(account => account.key)
  if (key !== null && (key === '*' || known.includes(key))) return key
  throw new Refusal(key === null ? 400 : 404, [
    `?account= must be one of ${known.join(', ')} or *, found ${key ?? 'nothing'}`,
  ])
}

const planeOf = ({ query }: ControlRequest): Plane | undefined => {
  const plane = query.get('plane')
  const found = planes.find(known => known === plane)
  if (plane !== null && found === undefined)
    throw new Refusal(400, [`?plane= must be one of ${planes.join(', ')}, found ${plane}`])
  return found
}

const addFault: Handler = ({ services, body }) => {
  try {
    return services.faults.add(parseFaultRule(body))
  } catch (error) {
    if (error instanceof InvalidFaultRule) throw new Refusal(400, error.problems)
    throw error
  }
}

const removeFaults: Handler = ({ services, rest }) => {
  const removed = services.faults.remove(fault => rest === '' || fault.id === rest)
  if (removed === 0 && rest !== '') throw new Refusal(404, [`there is no fault with the id ${rest}`])
  return { removed }
}

const beginOutage: Handler = request => {
  const account = knownAccount(request)
  const plane = planeOf(request)
  endOutage(request)
  return request.services.faults.add({ account, kind: 'outage', ...(plane === undefined ? {} : { plane }) })
}

const endOutage: Handler = request => {
  const account = knownAccount(request)
  const plane = planeOf(request)
  const removed = request.services.faults.remove(
    fault =>
      fault.kind === 'outage' &&
      fault.account === account &&
      fault.operation === undefined &&
      (plane === undefined || fault.plane === plane),
  )
  return { removed }
}

const traffic: Handler = ({ services, query }) => {
  const account = query.get('account')
  const operation = query.get('operation')
  const lines = services.traffic.lines(
    exchange =>
      (account === null || exchange.account === account) &&
      (operation === null || exchange.operation.startsWith(operation)),
  )
  return new Lines(lines, services.traffic.dropped)
}

const accounts: Handler = ({ services }) =>
  services.kernel.state.accounts().map(account => ({
    key: account.key,
    id: accountId(account),
    location: account.location,
    storageAccounts: account.storageAccounts,
    assets: account.assets.size,
    streamingLocators: account.streamingLocators.size,
  }))

const patchSwitches: Handler = ({ services, body }) => {
  const changed = changeSwitches(services.kernel.switches(), body)
  if ('problems' in changed) throw new Refusal(400, changed.problems)
  services.setSwitches(changed)
  return changed
}

const setToken: Handler = ({ services, body }) => {
  const read = readTokenRule(body)
  if ('problems' in read) throw new Refusal(400, read.problems)
  services.tokens.set(read.token, read.rule)
  return read.rule
}

const encrypt: Handler = ({ services, body }) => {
  const problem = makeStorageEncrypted(services.kernel.state, body)
  if (problem !== undefined) throw new Refusal(400, [problem])
  return { done: true }
}

const done = (action: () => void) => {
  action()
  return { done: true }
}

export const endpoints: Readonly<Record<string, Endpoint>> = {
  accounts: {
    about: 'The media accounts with their keys, which all other endpoints go by.',
    methods: { GET: { about: 'List.', run: accounts } },
  },
  faults: {
    about:
      '{account?: key or "*", plane?: control|storage|events, operation?: name or its beginning, ' +
      'kind: outage|latency|429|500|503|reset|lostReply, milliseconds?, retryAfter?: seconds, count?, probability?, seed?}',
    methods: {
      GET: { about: 'List.', run: ({ services }) => services.faults.list() },
      POST: { about: 'Add one.', run: addFault },
      DELETE: { about: 'Remove /_sim/faults/{id}, or all.', run: removeFaults },
    },
  },
  outage: {
    about: '?account=key[&plane=…]: a whole account, or one plane of it, does not answer.',
    methods: { POST: { about: 'Begin.', run: beginOutage }, DELETE: { about: 'End.', run: endOutage } },
  },
  counters: {
    about: 'Calls by part (accounts, storage, events), account key and operation.',
    methods: {
      GET: { about: 'Show.', run: ({ services }) => services.counters.report() },
      DELETE: { about: 'Begin at zero.', run: ({ services }) => done(() => services.counters.reset()) },
    },
  },
  traffic: {
    about:
      'The latest exchanges with the control plane as JSON lines, secrets redacted; ?account=key, ?operation=prefix.',
    methods: {
      GET: { about: 'Show; the header x-dropped says how many older ones are gone.', run: traffic },
      DELETE: { about: 'Forget.', run: ({ services }) => done(() => services.traffic.reset()) },
    },
  },
  tokens: {
    about:
      '{token, principal?, grants: {key or "*": Owner|Contributor|Reader|None|[actions]}, expired?}; ' +
      'a token that is not named here is an Owner everywhere.',
    methods: {
      GET: { about: 'List the rules, without tokens.', run: ({ services }) => services.tokens.list() },
      PUT: { about: 'Set one.', run: setToken },
      DELETE: { about: 'Forget all.', run: ({ services }) => done(() => services.tokens.clear()) },
    },
  },
  switches: {
    about: 'Guesses about the service, each told apart by a switch; see FIDELITY.md.',
    methods: {
      GET: { about: 'Show.', run: ({ services }) => services.kernel.switches() },
      PATCH: { about: 'Change some.', run: patchSwitches },
      DELETE: {
        about: 'Back to the defaults.',
        run: ({ services }) => done(() => services.setSwitches(defaultSwitches)),
      },
    },
  },
  'rate-limits': {
    about: 'Calls left by subscription, principal and bucket.',
    methods: {
      DELETE: { about: 'Full budgets again.', run: ({ services }) => done(() => services.rateLimits.reset()) },
    },
  },
  'storage-encryption': {
    about: '{account, asset}: makes an asset a storage-encrypted one, which only the old v2 API could create.',
    methods: { POST: { about: 'Do it.', run: encrypt } },
  },
}
