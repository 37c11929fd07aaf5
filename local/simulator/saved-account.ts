/** Whether an account out of a snapshot has all that answers and rules rely on. */
import { Collection } from './collection.ts'
import { isRecord } from './json.ts'
import { type Account, emptyCollections, type LongOperation } from './state.ts'

/** What items of a collection hold. */
const held: Readonly<Record<string, string>> = { assets: 'filters', transforms: 'jobs', liveEvents: 'outputs' }

type Members = Readonly<Record<string, unknown>>

const isText = (value: unknown) => typeof value === 'string'
const isInstant = (value: unknown) => typeof value === 'bigint'
const unlessMissing = (is: (value: unknown) => boolean) => (value: unknown) => value === undefined || is(value)

const operationMembers: Readonly<Record<keyof LongOperation, (value: unknown) => boolean>> = {
  id: isText,
  resource: isText,
  target: isText,
  until: isInstant,
  deletes: value => typeof value === 'boolean',
  started: unlessMissing(isInstant),
  error: unlessMissing(value => isRecord(value) && isText(value.code) && isText(value.message)),
}

/** Throws SyntaxError for what is no operation. */
export const checkedOperation = (operation: unknown): LongOperation => {
  if (!isRecord(operation)) throw new SyntaxError('an operation is no object')
  for (const [name, is] of Object.entries(operationMembers))
    if (!is(operation[name])) throw new SyntaxError(`operation ${String(operation.id)} has no usable ${name}`)
  return operation as unknown as LongOperation
}

const checkHeld = (account: Account): void => {
  const collections = account as unknown as Readonly<Record<string, Collection<{ readonly name: string }>>>
  for (const [name, inner] of Object.entries(held))
    for (const item of collections[name]?.values() ?? [])
      if (!((item as Members)[inner] instanceof Collection))
        throw new SyntaxError(`${item.name} in ${name} holds no ${inner}`)
}

/** Throws SyntaxError that says what is missing. */
export const checkAccount = (account: Account, holds: unknown): void => {
  const known = Object.entries(emptyCollections(() => 0n)).flatMap(([name, value]) =>
    value instanceof Collection ? [name] : [],
  )
  const unknown = Object.keys(isRecord(holds) ? holds : {}).find(name => !known.includes(name))
  if (unknown !== undefined) throw new SyntaxError(`account ${account.name} holds ${unknown}, which is not known`)
  if (!isRecord(account.systemData)) throw new SyntaxError(`account ${account.name} has no systemData`)
  if (!Array.isArray(account.storageAccounts) || !account.storageAccounts.every(isText))
    throw new SyntaxError(`account ${account.name} has no storageAccounts`)
  checkHeld(account)
  for (const { name, location } of [...account.streamingEndpoints.values(), ...account.liveEvents.values()])
    if (!isText(location)) throw new SyntaxError(`${name} has no location`)
  for (const transform of account.transforms.values())
    for (const job of transform.jobs.values()) if (!isText(job.run)) throw new SyntaxError(`job ${job.name} has no run`)
}
