import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import type { ReadinessAnswer } from '../status/readiness/answer.ts'
import { readinessPage } from '../status/readiness/page.ts'
import { type AppState, type PlainDoor, plainDoor } from './door.ts'
import { json, noStore, Problem } from './problem.ts'
import { readQuery } from './query.ts'
import { readinessQuery } from './readiness-query.ts'

export interface ReadinessApp {
  readiness(): Promise<ReadinessAnswer>
}

/** A page is for people: it is given to browsers, and to whoever asks for it by name. */
const wantsPage = ({ query, headers }: HttpRequest): boolean => {
  const { format } = readQuery(query, readinessQuery)
  return format === undefined ? /\btext\/html\b/i.test(headers.get('accept') ?? '') : format === 'html'
}

const page = (html: string): HttpResponseInit => ({
  status: 200,
  headers: {
    ...noStore,
    'content-type': 'text/html; charset=utf-8',
    // Names of titles come from outside: whatever they hold, nothing of the page may run or load.
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
  },
  body: html,
})

/** `GET /api/readiness`: would a failover work now? JSON, or a page to print. A broken app says what is wrong with it. */
export const readinessDoor = (app: AppState<ReadinessApp>): PlainDoor =>
  app.state === 'broken'
    ? plainDoor('readiness', { state: 'ready' }, async () => {
        throw new Problem('NotReady', 'The app has started with mistakes in its settings.', { issues: app.issues })
      })
    : plainDoor('readiness', app, async (ready: ReadinessApp, request) => {
        const asPage = wantsPage(request)
        const answer = await ready.readiness()
        return asPage ? page(readinessPage(answer)) : json(200, answer)
      })
