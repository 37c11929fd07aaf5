/**
 * The whole state of the simulator as one JSON document, written piece by piece. It holds what accounts hold, key values
 * and policy secrets among it. Blobs stay in storage; events under way, counters and traffic are not part of it.
 */
import { Collection } from './collection.ts'
import type { ControlServices } from './control-request.ts'
import { holdsItems, type Saved, savedItem, savedValue } from './saved-item.ts'
import type { Account } from './state.ts'

export const snapshotFormat = 'twinstream-simulator-snapshot/1'

/** Characters of one piece. */
const pieceLength = 64 * 1024

/** Resources are never changed in place, so that holding on to them is enough; those that hold others are written at once. */
const frozen = (items: Collection<{ readonly name: string }>): (string | object)[] =>
  Array.from(items.values(), item => (holdsItems(item) ? JSON.stringify(savedItem(item)) : item))

interface FrozenAccount {
  readonly head: string
  readonly collections: readonly (readonly [name: string, items: (string | object)[]])[]
}

const freeze = (account: Account): FrozenAccount => {
  const { operations, locatorsOfAsset: _, ...rest } = account
  const members = Object.entries(rest)
  const own = Object.fromEntries(members.filter(([, value]) => !(value instanceof Collection)))
  const head = { ...savedItem(own), operations: [...operations.values()].map(savedValue) }
  const collections = members.flatMap(([name, value]) =>
    value instanceof Collection ? [[name, frozen(value)] as const] : [],
  )
  return { head: JSON.stringify(head), collections }
}

function* itemPieces(items: readonly (string | object)[]): Iterable<string> {
  let piece = ''
  for (const [index, item] of items.entries()) {
    piece += `${index === 0 ? '\n' : ',\n'}${typeof item === 'string' ? item : JSON.stringify(savedItem(item))}`
    if (piece.length < pieceLength) continue
    yield piece
    piece = ''
  }
  yield piece
}

function* accountPieces({ head, collections }: FrozenAccount): Iterable<string> {
  yield `${head.slice(0, -1)},"holds":{`
  for (const [index, [name, items]] of collections.entries()) {
    yield `${index === 0 ? '' : ','}\n"${name}":[`
    yield* itemPieces(items)
    yield ']'
  }
  yield '}}'
}

function* pieces(head: Saved, accounts: readonly FrozenAccount[]): Iterable<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"accounts":[`
  for (const [index, account] of accounts.entries()) {
    if (index > 0) yield ','
    yield* accountPieces(account)
  }
  yield ']}\n'
}

/** The state of this moment, whatever happens while its pieces are taken. */
export const snapshot = (services: ControlServices): Iterable<string> => {
  const { kernel, clock, faults, tokens, rateLimits } = services
  const head = {
    format: snapshotFormat,
    time: String(clock.ticks()),
    switches: kernel.switches(),
    faults: faults.save(),
    tokens: tokens.save(),
    rateLimits: rateLimits.save(),
    events: services.events?.save?.(),
  }
  return pieces(head, kernel.state.accounts().map(freeze))
}
