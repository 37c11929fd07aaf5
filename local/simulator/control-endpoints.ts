/** The endpoints below `/_sim/` and what each does. */
import { aboutFaults, addFault, beginOutage, endOutages, removeFaults } from './control-faults.ts'
import { accountIn, accountsOf, Refusal } from './control-input.ts'
import { type Handler, Lines, Pieces } from './control-request.ts'
import { restore } from './restore.ts'
import { snapshot } from './snapshot.ts'
import { makeStorageEncrypted } from './storage-encryption.ts'
import { changeSwitches, defaultSwitches } from './switches.ts'
import { moveBy, shownTime } from './time-control.ts'
import { readTokenRule } from './token-rules.ts'

interface Method {
  readonly about: string
  readonly run: Handler
  /** Names of the parameters it takes. */
  readonly query?: readonly string[]
  /** Takes a body of any size, and no number in it that a double cannot hold. */
  readonly isBulk?: true
}

interface Endpoint {
  readonly about: string
  readonly methods: Readonly<Record<string, Method>>
}

const traffic: Handler = ({ services, query }) => {
  const account = query.has('account') ? accountIn(services.kernel.state, query) : '*'
  const operation = query.get('operation') ?? ''
  const lines = services.traffic.lines(
    exchange => (account === '*' || exchange.account === account) && exchange.operation.startsWith(operation),
  )
  return new Lines(lines, services.traffic.dropped)
}

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

const moveClock: Handler = ({ services: { clock }, body }) => {
  clock.advance(moveBy(body, clock))
  return shownTime(clock)
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

const outageQuery = ['account', 'region', 'plane']

export const endpoints: Readonly<Record<string, Endpoint>> = {
  accounts: {
    about: 'The media accounts with their keys, which all other endpoints go by.',
    methods: { GET: { about: 'List.', run: ({ services }) => accountsOf(services.kernel.state) } },
  },
  faults: {
    about: aboutFaults,
    methods: {
      GET: { about: 'List.', run: ({ services }) => services.faults.list() },
      POST: { about: 'Add one.', run: addFault },
      DELETE: { about: 'Remove /_sim/faults/{id}, or all.', run: removeFaults },
    },
  },
  outage: {
    about: '?account=key or ?region=eastus2, &plane=…: an account or all of a region, or one plane, does not answer.',
    methods: {
      POST: { about: 'Begin.', run: beginOutage, query: outageQuery },
      DELETE: { about: 'End.', run: request => ({ removed: endOutages(request) }), query: outageQuery },
    },
  },
  counters: {
    about: 'Calls by part (accounts, storage, events), account key and operation, with the bucket of the rate limit.',
    methods: {
      GET: { about: 'Show.', run: ({ services }) => services.counters.report() },
      DELETE: { about: 'Begin at zero.', run: ({ services }) => done(() => services.counters.reset()) },
    },
  },
  traffic: {
    about:
      'The latest exchanges with the control plane as JSON lines, secrets redacted; ?account=key, ?operation=prefix.',
    methods: {
      GET: {
        about: 'Show; the header x-dropped says how many older ones are gone.',
        run: traffic,
        query: ['account', 'operation'],
      },
      DELETE: { about: 'Forget.', run: ({ services }) => done(() => services.traffic.reset()) },
    },
  },
  tokens: {
    about:
      '{token, principal?, grants: {key or "*": Owner|Contributor|Reader|None|[actions]}, expired?, expires?: instant}; ' +
      'a token that is not named here is an Owner everywhere.',
    methods: {
      GET: { about: 'List the rules, without tokens.', run: ({ services }) => services.tokens.list() },
      PUT: { about: 'Set one.', run: setToken },
      DELETE: { about: 'Forget all.', run: ({ services }) => done(() => services.tokens.clear()) },
    },
  },
  clock: {
    about:
      'The one clock of the simulator: SAS and tokens, jobs, operations, rate limits and retries of events go by it. ' +
      '{advance: seconds} or {to: "2030-01-01T00:00:00Z"}; it runs on from there, and never back.',
    methods: {
      GET: { about: 'Show.', run: ({ services }) => shownTime(services.clock) },
      POST: { about: 'Move.', run: moveClock },
    },
  },
  snapshot: {
    about:
      'The whole state but the blobs, which stay in storage: accounts and what is in them, operations, jobs, switches, ' +
      'faults, tokens as digests, rate limits, event subscriptions, time. It holds key values and policy secrets: keep ' +
      'it where these may be.',
    methods: {
      GET: { about: 'Take.', run: ({ services }) => new Pieces(snapshot(services)) },
      PUT: {
        about: 'Put back, in place of everything there is; jobs under way go on.',
        run: ({ services, body }) => done(() => restore(body, services)),
        isBulk: true,
      },
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
