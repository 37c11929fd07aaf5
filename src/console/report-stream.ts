import type * as z from 'zod'
import type { reportLineAnswer } from '../lib/status/operation-answer.ts'
import { type Api, reading } from './api.ts'
import { lineSplitter, nextPath } from './lines.ts'

export type ReportLine = z.infer<typeof reportLineAnswer>

const parse = (line: string): ReportLine => JSON.parse(line) as ReportLine

/** The lines of a report in the order they come in, some at a time, so that a long one holds nothing up. */
export async function* reportLines(api: Api, id: string, signal: AbortSignal): AsyncGenerator<readonly ReportLine[]> {
  let path: string | undefined = `operations/${id}/report`
  while (path !== undefined) {
    const response = await api.raw(path, { signal })
    const split = lineSplitter()
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      if (reader === undefined) break
      const { done, value } = await reading(reader.read(), signal)
      if (done) break
      yield split(value).map(parse)
    }
    yield split('\n').map(parse)
    path = nextPath(response.headers.get('link'))
  }
}
