import type * as z from 'zod'
import type { reportLineAnswer } from '../lib/status/operation-answer.ts'
import type { Api } from './api.ts'

export type ReportLine = z.infer<typeof reportLineAnswer>

/** Where a long report goes on: the path below `/api/`. */
export const nextPath = (link: string | null): string | undefined =>
  /^<\/api\/([^>]+)>; rel="next"$/.exec(link ?? '')?.[1]

/** Splits text into lines as it comes; what has no end yet is kept. */
export const lineSplitter = () => {
  let rest = ''
  return (text: string): readonly string[] => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    return lines.filter(line => line !== '')
  }
}

const parse = (line: string): ReportLine => JSON.parse(line) as ReportLine

/** The lines of a report in the order they come in, some at a time, so that a long one holds nothing up. */
export async function* reportLines(api: Api, id: string, signal: AbortSignal): AsyncGenerator<readonly ReportLine[]> {
  let path: string | undefined = `operations/${id}/report`
  while (path !== undefined) {
    const response = await api.raw(path, { signal })
    const split = lineSplitter()
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
      if (done) break
      yield split(value).map(parse)
    }
    yield split('\n').map(parse)
    path = nextPath(response.headers.get('link'))
  }
}
