/** The console without an app behind it: the page as it is deployed, and answers that a test gives. */
import type { Page, Route } from 'playwright-core'
import { buildConsolePage } from '../../../scripts/console-page.ts'
import { consoleAnswer } from '../../../src/lib/http/console.ts'
import { answerOf, now } from './canned.ts'

export const origin = 'https://console.example'
export const runbook = 'https://wiki.example/runbook'
export const key = 'a-key-that-is-typed-in'

/** JSON lines, a document, an answer in full, or a status without a body. */
type Given =
  | string
  | object
  | number
  | { readonly status?: number; readonly text: string; readonly headers?: Readonly<Record<string, string>> }
type Answer = (path: string, query: URLSearchParams, method: string) => Given | undefined

/** A problem document of the app. */
export const problem = (status: number, code: string, remedy: string, more: object = {}): Given => ({
  status,
  text: JSON.stringify({ title: code, status, detail: 'As the app says it.', code, remedy, ...more }),
  headers: { 'content-type': 'application/problem+json' },
})

let built: ReturnType<typeof buildConsolePage> | undefined

const fulfil = (route: Route, given: Given | undefined): Promise<void> => {
  if (given === undefined) return route.fulfill({ status: 404 })
  if (typeof given === 'number') return route.fulfill({ status: given })
  if (typeof given === 'string') return route.fulfill({ contentType: 'application/x-ndjson', body: given })
  if ('text' in given) {
    const { status = 200, text, headers = {} } = given
    return route.fulfill({ status, headers: { ...headers }, body: text })
  }
  return route.fulfill({ contentType: 'application/json', body: JSON.stringify(given) })
}

/** @param answer by path below `/api/`. */
export const serve = async (page: Page, answer: Answer = answerOf): Promise<void> => {
  built ??= buildConsolePage()
  const { html, contentSecurityPolicy } = await built
  const { headers, body } = consoleAnswer(html, contentSecurityPolicy, runbook)
  await page.clock.setFixedTime(now)
  await page.route(`${origin}/**`, route => {
    const url = new URL(route.request().url())
    const path = url.pathname.replace(/^\/api\//, '')
    if (path === 'console')
      return route.fulfill({ headers: { ...(headers as Record<string, string>) }, body: String(body) })
    return fulfil(route, answer(path, url.searchParams, route.request().method()))
  })
}
