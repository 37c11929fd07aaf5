/** URLs of policies that players follow by themselves, and whether they lead to one region. Pure. */
import type { Account, UrlRule } from '../model.ts'
import type { Json, StreamingPolicy } from './resources.ts'
import { isObject, urlFields } from './streaming-policies.ts'

export interface PolicyUrl {
  readonly field: string
  /** Absent where the service fills in the server of the account itself. */
  readonly host?: string
}

/** Of a URL, or of a template of one, without whom it names before an `@` (P6); `{…}` is no part of a host. */
export const hostOf = (url: string): string | undefined =>
  /^(?:[a-z][a-z0-9+.-]*:)?\/\/(?:[^@/?#]*@)?([^/:?#{}@]+)/i.exec(url)?.[1]?.toLowerCase()

const encrypted = ['envelopeEncryption', 'commonEncryptionCenc', 'commonEncryptionCbcs'] as const

const templateIn = (json: Json | undefined): string | undefined => {
  if (!isObject(json)) return undefined
  const found = Object.entries(json).find(([name, value]) => urlFields.has(name) && typeof value === 'string' && value)
  return found === undefined ? undefined : String(found[1])
}

const urlOf = (field: string, part: Json | undefined): PolicyUrl => {
  const host = hostOf(templateIn(part) ?? '')
  return { field, ...(host === undefined ? {} : { host }) }
}

/** One for each way in which a streaming policy lets keys or licences be asked for; none where it does not encrypt. */
export const urlsOf = ({ properties }: Pick<StreamingPolicy, 'properties'>): readonly PolicyUrl[] =>
  encrypted.flatMap(name => {
    const scheme = properties[name]
    if (!isObject(scheme)) return []
    if (name === 'envelopeEncryption') return [urlOf(name, scheme)]
    const { drm, clearKeyEncryptionConfiguration: clearKey } = scheme
    const systems = isObject(drm) ? Object.entries(drm).filter(([, part]) => isObject(part)) : []
    return [
      ...systems.map(([system, part]) => urlOf(`${name}.${system}`, part)),
      ...(isObject(clearKey) ? [urlOf(`${name}.clearKey`, clearKey)] : []),
    ]
  })

/**
 * Whether a host goes down with the source: it bears the name of the account or of its region, or a rule of the route
 * says that the twin has another one for it.
 */
export const isBound = (
  host: string,
  { accountName, location }: Pick<Account, 'accountName' | 'location'>,
  rules: readonly UrlRule[],
): boolean => {
  if (rules.some(({ from }) => from.toLowerCase() === host)) return true
  const words = host.split('.')
  return words.some(word => word === accountName || word === location || word.startsWith(`${accountName}-`))
}
