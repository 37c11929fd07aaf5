import { exchange } from './exchange.ts'
import { ignored } from './http.ts'
import { serviceVersion } from './request.ts'

/** Network time-out of the one question, in milliseconds. */
const patience = 10_000

/**
 * Whether a storage account answers at all, asked without access and without retries: a refusal is an answer.
 * @param endpoint address of the blob service, without trailing slash.
 */
export const storageAnswers = async (endpoint: string): Promise<boolean> => {
  const headers = ['x-ms-version', serviceVersion]
  const url = `${endpoint}/?comp=list&maxresults=1`
  const question = Promise.resolve({ method: 'GET', url, headers, milliseconds: patience })
  try {
    return (await exchange(question, () => ignored)).status < 500
  } catch {
    return false
  }
}
