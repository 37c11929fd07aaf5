/** Builds the two ends of every route from the settings. Part of the composition root. */
import type { TokenCredential } from '@azure/core-auth'
import type { Settings } from './config/settings.ts'
import { createArmDelivery } from './media/arm/delivery.ts'
import { createArmReader } from './media/arm/reader.ts'
import { createArmWriter } from './media/arm/writer.ts'
import { credentialFor } from './media/credential.ts'
import type { DeliveryReader } from './media/delivery.ts'
import type { Governor } from './media/governor/governor.ts'
import type { MediaReader } from './media/ports.ts'
import type { Account, AccountKey, Caller, Clock, Priority, Route, RouteKey, Side } from './model.ts'
import type { Pair, Place, Reach } from './replicate/pair.ts'
import { sided } from './replicate/trouble.ts'
import { Secret } from './secret.ts'
import { isServiceError } from './service-error.ts'
import { identityContainer, renewedSasContainer, withTags } from './storage/access.ts'
import { createDelegation, type Delegation } from './storage/delegation.ts'
import { Pacer } from './storage/pacer.ts'
import type { Container } from './storage/ports.ts'
import { storageAnswers } from './storage/probe.ts'
import type { Timing } from './timing.ts'

export interface Pairs {
  /** Undefined for a route that is not in the topology. @param priority of the calls that are made through it. */
  pair(route: RouteKey, priority: Priority): Pair | undefined
  /** Reads one account outside of a pass. Throws for an account that is not in the topology. */
  reader(account: AccountKey, caller: Caller): MediaReader
  /** What an account hands out to players. Throws for an account that is not in the topology. */
  delivery(account: AccountKey, caller: Caller): DeliveryReader
}

const storageScope = 'https://storage.azure.com/.default'

const storageToken = async (credential: TokenCredential): Promise<Secret<string>> => {
  const token = await credential.getToken(storageScope)
  if (token === null) throw new Error('The identity gave no token for storage.')
  return new Secret(token.token)
}

const storageUrl = (account: Account, name: string): string =>
  account.storageEndpoints[name] ?? `https://${name}.blob.core.windows.net`

const containerUrl = (account: Account, { storageAccount, container }: Place): string =>
  `${storageUrl(account, storageAccount)}/${container}`

/** A refusal is an answer. */
const accountAnswers = async (reader: MediaReader): Promise<boolean> => {
  try {
    await reader.mediaServiceId()
    return true
  } catch (error) {
    return isServiceError(error) && error.kind !== 'unavailable'
  }
}

const reachOf = async (questions: readonly Promise<boolean>[]): Promise<Reach> => {
  const answers = await Promise.all(questions)
  return answers.every(Boolean) ? 'all' : answers.some(Boolean) ? 'some' : 'none'
}

/** @param governor asked before every request to a media account. */
export const createPairs = (
  settings: Settings,
  timing: Timing,
  clock: Clock,
  governor: Pick<Governor, 'gate'>,
): Pairs => {
  const accounts = new Map(settings.accounts.map(account => [account.key, account]))
  const found = (key: AccountKey): Account => {
    const account = accounts.get(key)
    if (account === undefined) throw new Error(`Account ${key} is not in the topology.`)
    return account
  }
  const secretOf = (setting: string) => settings.secrets.get(setting) ?? new Secret('')
  const credentials = new Map(settings.accounts.map(account => [account.key, credentialFor(account, secretOf)]))
  const credentialOf = (key: AccountKey): TokenCredential => credentials.get(key) ?? credentialFor(found(key), secretOf)
  const options = (key: AccountKey, caller: Caller) => ({
    credential: credentialOf(key),
    clock,
    liveOutputsFor: timing.liveOutputs,
    gate: governor.gate(found(key), caller),
  })
  const readers = new Map<string, MediaReader>()
  const newReader = (key: AccountKey, caller: Caller): MediaReader => createArmReader(found(key), options(key, caller))
  // What is known of live outputs serves every route, and costs one look.
  const forAll = new Map(settings.accounts.map(({ key }) => [key, newReader(key, { route: '', priority: 'event' })]))
  const reader = (key: AccountKey, caller: Caller): MediaReader => {
    const id = `${key}/${caller.route}/${caller.priority}`
    const { liveOutputAssets } = forAll.get(key) ?? {}
    const made = readers.get(id) ?? { ...newReader(key, caller), ...(liveOutputAssets && { liveOutputAssets }) }
    readers.set(id, made)
    return made
  }
  const deliveries = new Map<string, DeliveryReader>()
  const delivery = (key: AccountKey, caller: Caller): DeliveryReader => {
    const id = `${key}/${caller.route}/${caller.priority}`
    const made = deliveries.get(id) ?? createArmDelivery(found(key), options(key, caller))
    deliveries.set(id, made)
    return made
  }
  const byIdentity = (key: AccountKey, place: Place): Container =>
    identityContainer(containerUrl(found(key), place), () => storageToken(credentialOf(key)))

  const delegations = new Map<string, Delegation>()
  const delegationOf = (key: AccountKey, name: string): Delegation => {
    const id = `${key}/${name}`
    const token = () => storageToken(credentialOf(key))
    const delegation = delegations.get(id) ?? createDelegation(name, storageUrl(found(key), name), token, clock)
    delegations.set(id, delegation)
    return delegation
  }

  const readable = async ({ from, indexTags }: Route, place: Place, containerSas: () => Promise<Secret<string>>) => {
    const { storageAccess } = found(from)
    if (storageAccess === 'containerSas') return renewedSasContainer(containerSas, clock)
    if (storageAccess === 'credential') return byIdentity(from, place)
    const permissions = indexTags === 'copy' ? 'rlt' : 'rl'
    return delegationOf(from, place.storageAccount).open(place.container, permissions)
  }

  /** Storage accounts of one end, as the route maps them. */
  const storageOf = (route: Route, side: Side) => [
    ...new Set(side === 'source' ? Object.keys(route.storage) : Object.values(route.storage)),
  ]

  // One a storage account that is written to: all routes to it share it, and no two of them share anything else.
  const pacers = new Map<string, Pacer>()
  const pacerOf = (key: AccountKey, storageAccount: string): Pacer => {
    const name = `${key}/${storageAccount}`
    const pacer = pacers.get(name) ?? new Pacer(settings.copyConcurrency, clock)
    pacers.set(name, pacer)
    return pacer
  }

  const pairOf = (route: Route, priority: Priority): Pair => {
    const caller: Caller = { route: route.key, priority }
    const source = sided(reader(route.from, caller), 'source')
    const keyOf = (side: Side) => (side === 'source' ? route.from : route.to)
    return {
      route,
      source,
      target: sided(createArmWriter(found(route.to), options(route.to, caller)), 'target'),
      opposite: settings.routes.some(({ from, to }) => from === route.to && to === route.from),
      storageFor: name => route.storage[name],
      sourceContainer: async (asset, place) =>
        withTags(await readable(route, place, () => source.containerSas(asset)), route.indexTags === 'copy'),
      markedContainer: place => byIdentity(route.from, place),
      targetContainer: place => withTags(byIdentity(route.to, place), route.indexTags === 'copy'),
      reach: (side, plane) =>
        reachOf(
          plane === 'control'
            ? [accountAnswers(reader(keyOf(side), { ...caller, priority: 'urgent' }))]
            : storageOf(route, side).map(name => storageAnswers(storageUrl(found(keyOf(side)), name))),
        ),
      pacerFor: ({ storageAccount }) => pacerOf(route.to, storageAccount),
      timing,
      clock,
    }
  }
  const pairs = new Map<string, Pair>()
  return {
    pair(key, priority) {
      const route = settings.routes.find(one => one.key === key)
      if (route === undefined) return undefined
      const pair = pairs.get(`${key}/${priority}`) ?? pairOf(route, priority)
      pairs.set(`${key}/${priority}`, pair)
      return pair
    },
    reader,
    delivery,
  }
}
