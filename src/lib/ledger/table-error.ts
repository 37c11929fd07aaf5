/** Why the table did not do what it was asked for. */
export type TableFailure =
  /** What was pinned by an ETag has changed, or what was to be new exists: read again and decide again. */
  | 'conflict'
  /** The row, or the marker a batch was to delete, is gone. */
  | 'missing'
  /** The whole table is gone. */
  | 'tableMissing'
  /** No answer, a time-out, 5xx or 429 after the retries. */
  | 'unavailable'
  | 'unauthorized'
  /** Any other answer, or a row that kept changing under every attempt. */
  | 'refused'

/** Everything that goes wrong with the ledger's table. Holds no request and no answer, so no key or token either. */
export class TableError extends Error {
  override readonly name = 'TableError'
  readonly failure: TableFailure
  readonly status: number | undefined
  /** Position in the batch of the operation that failed, where the service told. */
  readonly index: number | undefined

  constructor(failure: TableFailure, message: string, status?: number, index?: number) {
    super(message)
    this.failure = failure
    this.status = status
    this.index = index
  }
}

/** By name, since two copies of the class may meet in a bundle. */
export const isTableError = (error: unknown): error is TableError =>
  error instanceof Error && error.name === 'TableError'

/**
 * Single operations carry the service's code in their parsed body only; batches carry it in `code`, and the number of
 * the failed operation at the start of the message.
 */
export const tableError = (doing: string, error: unknown): unknown => {
  if (!(error instanceof Error)) return error
  const { statusCode: status, details, code: batchCode } = error as ServiceFailure
  if (status === undefined && !isNetworkFailure(error)) return error
  const code = details?.odataError?.code ?? batchCode
  const index = /^(\d+):/.exec(error.message)?.[1]
  const failure = failureOf(status, code)
  return new TableError(
    failure,
    `${doing}: the ledger's table ${status === undefined ? 'did not answer' : `answered ${status}`}${
      code ? ` (${code})` : ''
    }. ${remedies[failure]}`,
    status,
    index === undefined ? undefined : Number(index),
  )
}

interface ServiceFailure extends Error {
  readonly statusCode?: number
  readonly code?: string
  readonly details?: { readonly odataError?: { readonly code?: string } }
}

const isNetworkFailure = (error: Error) =>
  error.name === 'RestError' || error.name === 'AbortError' || error.name === 'TimeoutError'

const failureOf = (status: number | undefined, code: string | undefined): TableFailure => {
  if (status === undefined || status >= 500 || status === 408 || status === 429) return 'unavailable'
  // Right after a deletion the name of a table is blocked for half a minute.
  if (code === 'TableBeingDeleted') return 'unavailable'
  if (code === 'TableNotFound') return 'tableMissing'
  if (status === 409 || status === 412) return 'conflict'
  if (status === 404) return 'missing'
  return status === 401 || status === 403 ? 'unauthorized' : 'refused'
}

const remedies: Readonly<Record<TableFailure, string>> = {
  conflict: 'Somebody else was faster; read again.',
  missing: 'The row is gone; read again.',
  tableMissing: 'The table was deleted; it is made again, and a resync of the whole route fills it.',
  unavailable: 'Check the storage account of the task hub; the caller is tried again by itself.',
  unauthorized:
    'Give the identity of the app the role Storage Table Data Contributor on the storage account of the task hub.',
  refused: 'This is not expected; please report it with the log of this call.',
}
