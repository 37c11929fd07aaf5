const actions: Readonly<Record<string, string>> = { GET: 'get', PUT: 'put', PATCH: 'update', DELETE: 'delete' }

/**
 * Name of the operation a request is for, for counters and errors: `assets.get`, `assetFilters.list`,
 * `streamingLocators.listContentKeys`, `account.get`. Holds no names of objects.
 */
export const operationName = (method: string, url: string): string => {
  const [, path = ''] = /\/providers\/Microsoft\.Media\/mediaServices\/[^/]+\/?(.*)$/i.exec(new URL(url).pathname) ?? []
  const segments = path.split('/').filter(segment => segment !== '')
  const action = actions[method] ?? method.toLowerCase()
  if (segments.length === 0) return `account.${action}`
  const last = segments.at(-1) ?? ''
  if (segments.length % 2 === 0) return `${segments.at(-2)}.${action}`
  return method === 'POST' ? `${segments.at(-3)}.${last}` : `${last}.list`
}
