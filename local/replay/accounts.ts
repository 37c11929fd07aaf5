/** Accounts that a recorded test uses without having made them: they are there before it begins. */
import { apiVersions } from '../simulator/api-versions.ts'
import { isObject, type Json, type JsonObject, textAt } from '../simulator/json.ts'
import type { Exchange } from './recording.ts'

const accountPath =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Media\/mediaservices\/([^/]+)(\/.*)?$/i

/** The request that makes an account. */
export interface MakeAccount {
  /** Path and query. */
  readonly url: string
  readonly body: JsonObject
}

const textsUnder = (value: Json, name: string): string[] => {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(item => textsUnder(item, name))
  if (!isObject(value)) return []
  const own = textAt(value, name)
  const below = Object.values(value).flatMap(member => (member === undefined ? [] : textsUnder(member, name)))
  return own === undefined ? below : [own, ...below]
}

/** What the first answer about the account itself says, or at least the storage that its assets name. */
const bodyFor = (about: readonly Exchange[], names: readonly string[]): JsonObject => {
  const shown = about.find(({ url, status }) => status < 300 && accountPath.exec(url.pathname)?.[4] === undefined)
  if (shown !== undefined && isObject(shown.response)) return shown.response
  const storage = new Set(about.flatMap(({ response }) => textsUnder(response, 'storageAccountName')))
  const [subscription, group] = names
  const folder = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Storage/storageAccounts`
  const ids = storage.size === 0 ? ['any'] : [...storage]
  return {
    location: about.flatMap(({ response }) => textsUnder(response, 'location'))[0] ?? 'West US',
    properties: {
      storageAccounts: ids.map((name, index) => ({
        id: `${folder}/${name}`,
        type: index === 0 ? 'Primary' : 'Secondary',
      })),
    },
  }
}

/** A new account, and one that is asked for in vain, itself or for what would be below it. */
const isAbsent = ({ method, status, response }: Exchange, account: string, below: string | undefined): boolean => {
  if (below === undefined) return (method === 'PUT' && status === 201) || status >= 400
  const error = isObject(response) && isObject(response.error) ? response.error : {}
  const isOrphan = textAt(error, 'code') === 'ParentResourceNotFound'
  return isOrphan && textAt(error, 'message')?.includes(`'${account}'`) === true
}

/** What is below an account has versions of its own: the account's latest that is no later. */
const versionFor = ({ searchParams }: URL): string => {
  const asked = searchParams.get('api-version') ?? ''
  const [oldest] = apiVersions.accounts
  return apiVersions.accounts.findLast(version => version <= asked) ?? oldest
}

export const accountsBefore = (exchanges: readonly Exchange[]): MakeAccount[] => {
  const byPath = Map.groupBy(exchanges, ({ url }) =>
    accountPath.exec(url.pathname)?.slice(1, 4).join('/').toLowerCase(),
  )
  return [...byPath].flatMap(([key, about]) => {
    const [first] = about
    if (key === undefined || first === undefined) return []
    const [path, subscription = '', group = '', account = '', below] = accountPath.exec(first.url.pathname) ?? []
    if (path === undefined || isAbsent(first, account, below)) return []
    const base = below === undefined ? path : path.slice(0, -below.length)
    return [
      { url: `${base}?api-version=${versionFor(first.url)}`, body: bodyFor(about, [subscription, group, account]) },
    ]
  })
}
