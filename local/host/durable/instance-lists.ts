import { type HostRequest, type HostResponse, json, plainText } from '../http/message.ts'
import { type InstanceFilter, listInstances, purgeInstances } from './queries.ts'
import { statusObject } from './status.ts'
import type { DurableStore } from './store.ts'

const tokenHeader = 'x-ms-continuation-token'
const defaultPage = 100

/** GET instances: a page of status objects; the header says where the next one begins. */
export const list = (store: DurableStore, { url, headers }: HostRequest): HostResponse => {
  const filter = readFilter(url.searchParams)
  const top = Number(url.searchParams.get('top') ?? defaultPage)
  if (!filter || !Number.isInteger(top) || top < 1) return plainText(400, 'A time or top is not valid.')
  const token = headers[tokenHeader]
  const after = typeof token === 'string' && token !== '' ? Buffer.from(token, 'base64url').toString() : undefined
  const found = listInstances(store, filter, { top: top + 1, ...(after === undefined ? {} : { after }) })
  const page = found.slice(0, top)
  const last = found.length > top ? page.at(-1) : undefined
  const showInput = (url.searchParams.get('showInput') ?? 'true').toLowerCase() === 'true'
  const next: Record<string, string> = last ? { [tokenHeader]: Buffer.from(last.id).toString('base64url') } : {}
  return json(
    200,
    page.map(instance => statusObject(instance, showInput)),
    next,
  )
}

/** DELETE instances: removes finished ones; createdTimeFrom is required, 404 when there was nothing. */
export const purgeMany = (store: DurableStore, query: URLSearchParams): HostResponse => {
  const filter = readFilter(query)
  if (filter?.createdFrom === undefined) return plainText(400, 'createdTimeFrom must be given as a valid time.')
  const instancesDeleted = purgeInstances(store, filter)
  return instancesDeleted === 0 ? { status: 404 } : json(200, { instancesDeleted })
}

const readFilter = (query: URLSearchParams): InstanceFilter | undefined => {
  const from = readTime(query.get('createdTimeFrom'))
  const to = readTime(query.get('createdTimeTo'))
  if (Number.isNaN(from) || Number.isNaN(to)) return undefined
  const statuses = query.getAll('runtimeStatus').flatMap(text => text.split(',').filter(one => one !== ''))
  const idPrefix = query.get('instanceIdPrefix')
  return {
    ...(from === undefined ? {} : { createdFrom: from }),
    ...(to === undefined ? {} : { createdTo: to }),
    ...(statuses.length === 0 ? {} : { statuses }),
    ...(idPrefix ? { idPrefix } : {}),
  }
}

const readTime = (text: string | null): number | undefined => (text ? Date.parse(text) : undefined)
