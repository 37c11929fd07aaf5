/** Runs the requests of an .http file one after another, as editors do. */

interface FileRequest {
  readonly title: string
  /** Later requests refer to its answer by this. */
  readonly name: string | undefined
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

interface HttpFile {
  readonly variables: Readonly<Record<string, string>>
  readonly requests: readonly FileRequest[]
}

const readRequest = (text: string): FileRequest => {
  const [head = '', ...body] = text.split('\n\n')
  const lines = head.split('\n')
  const title = (lines.shift() ?? '').trim()
  const name = lines.map(line => /^# @name (\w+)$/.exec(line)?.[1]).find(found => found !== undefined)
  const [request = '', ...headers] = lines.filter(line => !line.startsWith('#'))
  const [method = '', url = ''] = request.split(' ')
  return {
    title,
    name,
    method,
    url,
    headers: Object.fromEntries(headers.map(line => line.split(': ', 2) as [string, string])),
    body: body.join('\n\n').trim() || undefined,
  }
}

export const readHttpFile = (text: string): HttpFile => {
  const [head = '', ...requests] = text.split(/^### /m)
  return {
    variables: Object.fromEntries(
      [...head.matchAll(/^@(\w+) =(.*)$/gm)].map(([, name, value]) => [name, value?.trim()]),
    ),
    requests: requests.map(part => readRequest(part.trimEnd())),
  }
}

export interface Exchange {
  readonly request: FileRequest
  readonly url: URL
  readonly response: Response
  readonly text: string
}

/** @param given wins over the variables of the file. */
export const runHttpFile = async (
  { variables, requests }: HttpFile,
  given: Readonly<Record<string, string>>,
): Promise<readonly Exchange[]> => {
  const known: Record<string, unknown> = { ...variables, ...given }
  const fill = (text: string) =>
    text.replaceAll(/\{\{(\w+)(?:\.response\.body\.\$\.(\w+))?\}\}/g, (_, name: string, field?: string) =>
      String(field === undefined ? known[name] : (known[name] as Record<string, unknown>)[field]),
    )
  const exchanges: Exchange[] = []
  for (const request of requests) {
    const { name, method, headers, body } = request
    const url = new URL(fill(request.url))
    const response = await fetch(url, {
      method,
      headers: Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, fill(value)])),
      ...(body === undefined ? {} : { body: fill(body) }),
    })
    const text = await response.text()
    if (name !== undefined) known[name] = JSON.parse(text)
    exchanges.push({ request, url, response, text })
  }
  return exchanges
}
