/** Makes the simulator what a snapshot says. Nothing is changed by one that cannot be used. */
import type { BlobStore } from './blob-store.ts'
import { millisecondsOf } from './clock.ts'
import { Refusal } from './control-input.ts'
import type { ControlServices } from './control-request.ts'
import { isRecord } from './json.ts'
import { containerKey } from './resources/asset-containers.ts'
import { placeOf } from './resources/asset-place.ts'
import { continueJobs, dropJobs } from './resources/job-runner.ts'
import { locatorsByAsset, takeIds } from './resources/locator-index.ts'
import { checkAccount, checkedOperation } from './saved-account.ts'
import { restoredCollections, restoredItem, restoredValue } from './saved-item.ts'
import { snapshotFormat } from './snapshot.ts'
import { type Account, emptyCollections, type State } from './state.ts'
import { changeSwitches, defaultSwitches } from './switches.ts'

const texts = ['key', 'subscriptionId', 'resourceGroup', 'name', 'location'] as const

const restoredAccount = (saved: unknown, now: () => bigint, blobStore: BlobStore): Account => {
  if (!isRecord(saved)) throw new SyntaxError('an account is no object')
  const { holds, operations, ...own } = saved
  const missing = texts.find(name => typeof own[name] !== 'string')
  if (missing !== undefined) throw new SyntaxError(`an account has no ${missing}`)
  if (!Array.isArray(operations)) throw new SyntaxError(`account ${own.name} has no operations`)
  const account = {
    ...restoredItem<Account>(own, now),
    ...emptyCollections(now),
    ...restoredCollections(holds, now),
  } as Account
  checkAccount(account, holds)
  for (const operation of operations.map(restoredValue).map(checkedOperation))
    account.operations.set(operation.id, operation)
  const unknown = account.storageAccounts.find(name => blobStore.has?.(name) === false)
  if (unknown !== undefined) throw new SyntaxError(`there is no storage account ${unknown} here`)
  return { ...account, locatorsOfAsset: locatorsByAsset(account.streamingLocators.values()) }
}

/** Container names and taken ids are what the resources say. */
const index = (state: State, account: Account): void => {
  for (const asset of account.assets.values())
    state.containers.set(containerKey(placeOf(asset)), { account, asset: asset.name })
  for (const locator of account.streamingLocators.values()) takeIds(state, account, locator)
}

const read = (document: unknown, services: ControlServices) => {
  if (!isRecord(document) || document.format !== snapshotFormat)
    throw new SyntaxError(`its format is not ${snapshotFormat}`)
  const { kernel, faults, tokens, rateLimits } = services
  const now = () => kernel.clock.ticks()
  const { accounts } = document
  if (!Array.isArray(accounts)) throw new SyntaxError('it has no accounts')
  const switches = changeSwitches(defaultSwitches, document.switches)
  if ('problems' in switches) throw new SyntaxError(switches.problems.join('; '))
  return {
    accounts: accounts.map(account => restoredAccount(account, now, kernel.blobStore)),
    time: BigInt(String(document.time)),
    switches,
    restoreRest: [
      faults.restoring(document.faults),
      tokens.restoring(document.tokens),
      rateLimits.restoring(document.rateLimits),
      services.events?.restoring?.(document.events) ?? (() => {}),
    ],
  }
}

/**
 * Jobs under way go on from the state they were in. The clock is moved on to the time of the snapshot when that is later.
 * Throws a Refusal for what is no snapshot.
 */
export const restore = (document: unknown, services: ControlServices): void => {
  let found: ReturnType<typeof read>
  try {
    found = read(document, services)
  } catch (error) {
    throw new Refusal(400, [`this is no usable snapshot: ${error instanceof Error ? error.message : String(error)}`])
  }
  const { kernel, clock } = services
  const { state } = kernel
  for (const account of state.accounts()) dropJobs(account)
  state.clear()
  const behind = millisecondsOf(found.time - clock.ticks())
  if (behind > 0) clock.advance(behind)
  services.setSwitches(found.switches)
  for (const restoreOne of found.restoreRest) restoreOne()
  for (const account of found.accounts) {
    state.addAccount(account)
    index(state, account)
    continueJobs(kernel, account)
  }
}
