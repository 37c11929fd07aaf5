/** Function keys for reading and for writing, as the deployment gives them. */
import { randomBytes } from 'node:crypto'

export interface FunctionKeys {
  readonly read: string
  readonly write: string
}

interface Document {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly operationId: string; readonly security: readonly object[] }>>>
  >
}

/** Which functions each key is for: the app's own document says it. */
const functionsByKey = async (hostUrl: string): Promise<readonly (readonly [keyof FunctionKeys, string])[]> => {
  const response = await fetch(`${hostUrl}/api/openapi.json`)
  if (!response.ok) throw new Error(`The app has no OpenAPI document: ${response.status}`)
  const { paths } = (await response.json()) as Document
  return Object.values(paths)
    .flatMap(path => Object.values(path))
    .flatMap(({ operationId, security }) =>
      (['read', 'write'] as const)
        .filter(key => security.some(scheme => `${key}Key` in scheme))
        .map(key => [key, operationId] as const),
    )
}

/**
 * Azure has keys of one function and keys of all. A key for some functions is the same value given to each of them.
 * @param master key of the host's own administration.
 */
export const giveFunctionKeys = async (hostUrl: string, master: string): Promise<FunctionKeys> => {
  const keys: FunctionKeys = { read: randomBytes(24).toString('hex'), write: randomBytes(24).toString('hex') }
  for (const [key, functionName] of await functionsByKey(hostUrl)) {
    const response = await fetch(`${hostUrl}/admin/functions/${functionName}/keys/${key}`, {
      method: 'PUT',
      headers: { 'x-functions-key': master, 'content-type': 'application/json' },
      body: JSON.stringify({ value: keys[key] }),
    })
    if (!response.ok) throw new Error(`The host refused the ${key} key of ${functionName}: ${await response.text()}`)
    await response.arrayBuffer()
  }
  return keys
}
