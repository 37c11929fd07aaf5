/** The console without an app behind it: the page as it is deployed, and answers that a test gives. */
import type { Page, Route } from 'playwright-core'
import { buildConsolePage } from '../../../scripts/console-page.ts'
import { consoleAnswer } from '../../../src/lib/http/console.ts'
import { answerOf, now } from './canned.ts'

export const origin = 'https://console.example'
export const key = 'a-key-that-is-typed-in'

type Answer = (path: string, query: URLSearchParams, method: string) => object | string | number | undefined

let built: ReturnType<typeof buildConsolePage> | undefined

const fulfil = (route: Route, answer: ReturnType<Answer>): Promise<void> => {
  if (typeof answer === 'number') return answer === 0 ? route.abort() : route.fulfill({ status: answer })
  if (answer === undefined) return route.fulfill({ status: 404 })
  const contentType = typeof answer === 'string' ? 'application/x-ndjson' : 'application/json'
  return route.fulfill({ contentType, body: typeof answer === 'string' ? answer : JSON.stringify(answer) })
}

/** @param answer by path below `/api/`; a number is a status, 0 no answer at all. */
export const serve = async (page: Page, answer: Answer = answerOf): Promise<void> => {
  built ??= buildConsolePage()
  const { html, contentSecurityPolicy } = await built
  const { headers, body } = consoleAnswer(html, contentSecurityPolicy)
  await page.clock.setFixedTime(now)
  await page.route(`${origin}/**`, route => {
    const url = new URL(route.request().url())
    const path = url.pathname.replace(/^\/api\//, '')
    if (path === 'console')
      return route.fulfill({ headers: { ...(headers as Record<string, string>) }, body: String(body) })
    return fulfil(route, answer(path, url.searchParams, route.request().method()))
  })
}
