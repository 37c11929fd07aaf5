/** Accounts that a recorded test uses without having made them: they are there before it begins. */
import { isObject, type Json, textAt } from '../simulator/json.ts'
import type { Exchange } from './recording.ts'

const accountPath =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Media\/mediaservices\/([^/]+)(\/|$)/i

const isMaking = ({ method, status }: Exchange, rest: string): boolean =>
  (method === 'PUT' && rest === '' && status === 201) || status >= 400

/** The first text under `name` anywhere in the value. */
const textsUnder = (value: Json, name: string): string[] => {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(item => textsUnder(item, name))
  if (!isObject(value)) return []
  const own = textAt(value, name)
  return [
    ...(own === undefined ? [] : [own]),
    ...Object.values(value).flatMap(member => (member === undefined ? [] : textsUnder(member, name))),
  ]
}

/** A topology for the simulator. Locations of accounts must differ, so each further one in a region gets its own. */
export const topologyFor = (exchanges: readonly Exchange[]): Json => {
  const accounts: Record<string, Json> = {}
  const known = new Set<string>()
  const locations = new Set<string>()
  for (const exchange of exchanges) {
    const [, subscriptionId, resourceGroup, accountName, rest = ''] = accountPath.exec(exchange.url.pathname) ?? []
    if (subscriptionId === undefined || resourceGroup === undefined || accountName === undefined) continue
    const key = `${subscriptionId}/${resourceGroup}/${accountName}`.toLowerCase()
    if (known.has(key)) continue
    known.add(key)
    if (isMaking(exchange, rest)) continue
    const own = exchanges.filter(({ url }) => accountPath.exec(url.pathname)?.[3] === accountName)
    const recorded = own.flatMap(({ response }) => textsUnder(response, 'location'))[0] ?? 'West US'
    const location = locations.has(recorded) ? `${recorded} ${known.size}` : recorded
    locations.add(location)
    const names = new Set(own.flatMap(({ response }) => textsUnder(response, 'storageAccountName')))
    accounts[key] = {
      subscriptionId,
      resourceGroup,
      accountName,
      location,
      storageEndpoints: Object.fromEntries([...names].map(name => [name, 'any'])),
    }
  }
  const nobody = { subscriptionId: 'none', resourceGroup: 'none', accountName: 'none', location: 'Nowhere' }
  return { accounts: Object.keys(accounts).length === 0 ? { nobody } : accounts }
}
