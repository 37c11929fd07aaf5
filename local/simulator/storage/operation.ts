import type { IncomingHttpHeaders } from 'node:http'

/** Names under which the simulator counts and fails storage requests; what the app has no use for is `other`. */
export const storageOperations = [
  'ListBlobs',
  'CopyBlobFromUrl',
  'PutBlockFromUrl',
  'PutBlockList',
  'GetBlockList',
  'PutBlob',
  'GetBlob',
  'GetBlobProperties',
  'DeleteBlob',
  'CreateContainer',
  'GetContainerProperties',
  'SetContainerMetadata',
  'DeleteContainer',
  'other',
] as const
export type StorageOperation = (typeof storageOperations)[number]

/** What a request line addresses: `/{account}/{container}/{blob}`, names decoded. */
export interface StorageTarget {
  readonly account: string
  readonly container: string
  readonly blob: string
  /** As sent. */
  readonly path: string
  readonly query: URLSearchParams
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export const targetOf = (requestUrl: string): StorageTarget => {
  const mark = requestUrl.indexOf('?')
  const path = mark < 0 ? requestUrl : requestUrl.slice(0, mark)
  const [, account = '', container = '', ...blob] = path.split('/').map(decoded)
  const query = new URLSearchParams(mark < 0 ? '' : requestUrl.slice(mark + 1))
  return { account, container, blob: blob.join('/'), path, query }
}

const containerOperations: Record<string, StorageOperation> = {
  'GET list': 'ListBlobs',
  'PUT ': 'CreateContainer',
  'GET ': 'GetContainerProperties',
  'HEAD ': 'GetContainerProperties',
  'PUT metadata': 'SetContainerMetadata',
  'DELETE ': 'DeleteContainer',
}

const blobOperations: Record<string, StorageOperation> = {
  'PUT ': 'PutBlob',
  'GET ': 'GetBlob',
  'HEAD ': 'GetBlobProperties',
  'DELETE ': 'DeleteBlob',
  'PUT blocklist': 'PutBlockList',
  'GET blocklist': 'GetBlockList',
}

export const operationOf = (method: string, target: StorageTarget, headers: IncomingHttpHeaders): StorageOperation => {
  const kind = `${method} ${target.query.get('comp') ?? ''}`
  if (target.container === '') return 'other'
  if (target.blob === '')
    return target.query.get('restype') === 'container' ? (containerOperations[kind] ?? 'other') : 'other'
  if (headers['x-ms-copy-source'] === undefined) return blobOperations[kind] ?? 'other'
  if (kind === 'PUT block') return 'PutBlockFromUrl'
  return kind === 'PUT ' && headers['x-ms-requires-sync'] === 'true' ? 'CopyBlobFromUrl' : 'other'
}
