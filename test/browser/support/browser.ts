/** Chromium as the machine has it, and pages that are watched for what a console must never do. */
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect } from 'vitest'

const names = ['chromium', 'chromium-browser', 'google-chrome']

const find = (): string | undefined => {
  if (process.env.TWINSTREAM_CHROMIUM) return process.env.TWINSTREAM_CHROMIUM
  for (const name of names) {
    try {
      return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim()
    } catch {}
  }
  return undefined
}

const executablePath = find()
if (executablePath === undefined && process.env.CI !== undefined)
  throw new Error('No Chromium was found; CI must not skip the tests that need one.')

/** Skipped by name where there is no browser. */
export const browserTests = describe.skipIf(executablePath === undefined)

let browser: Browser | undefined

/** Starts one browser for all tests of a file. */
export const useBrowser = (): void => {
  beforeAll(async () => {
    if (executablePath === undefined) return
    browser = await chromium.launch({
      executablePath,
      args: [
        ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
        ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ],
    })
  })
  afterAll(() => browser?.close())
}

export interface Watched extends AsyncDisposable {
  readonly page: Page
  /** Statuses of answers that the browser may complain of: this test asks for them. */
  readonly expected: Set<number>
}

const complaint = /Failed to load resource: (?:the server responded with a status of (\d+)|net::ERR_\w+)/

/**
 * A page of its own, in no time zone but UTC. At its end nothing has been logged as an error, no other host was asked,
 * and the key is nowhere but in the tab's own storage.
 * @param origin of the app.
 * @param key that is typed in.
 */
export const openPage = async (origin: string, key: string, options: BrowserContextOptions = {}): Promise<Watched> => {
  if (browser === undefined) throw new Error('No browser was started.')
  const context = await browser.newContext({
    timezoneId: 'UTC',
    locale: 'en-GB',
    reducedMotion: 'reduce',
    viewport: { width: 1080, height: 720 },
    ...options,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  const [errors, elsewhere, told, expected] = [[] as string[], [] as string[], [] as string[], new Set<number>()]
  page.on('console', message => {
    const status = complaint.exec(message.text())
    const asked = status !== null && expected.has(Number(status[1] ?? 0))
    if (message.type() === 'error' && !asked) errors.push(message.text())
  })
  page.on('pageerror', error => errors.push(String(error)))
  page.on('request', request => {
    const url = request.url()
    if (!url.startsWith(`${origin}/`) && !url.startsWith('data:')) elsewhere.push(url)
    if (url.includes(key)) told.push(url)
  })
  return {
    page,
    expected,
    async [Symbol.asyncDispose]() {
      try {
        const kept = await page.evaluate<Record<string, string>>(`({
          address: location.href,
          text: document.documentElement.outerHTML,
          local: JSON.stringify(localStorage),
          cookies: document.cookie,
        })`)
        for (const [place, text] of Object.entries(kept)) expect(text, `the key in ${place}`).not.toContain(key)
        expect(errors.join('\n'), 'errors in the console').toBe('')
        expect({ elsewhere, told }).toEqual({ elsewhere: [], told: [] })
      } finally {
        await context.close()
      }
    },
  }
}

/** Opens the console and types the key in. */
export const enter = async (page: Page, origin: string, key: string, view = ''): Promise<void> => {
  await page.goto(`${origin}/api/console${view}`)
  await page.getByLabel('Function key').fill(key)
  await page.getByRole('button', { name: 'Open' }).click()
  await page.getByRole('navigation').waitFor()
}

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What of the page as it stands is against the rules of accessibility, contrast of this colour scheme among them. */
export const violations = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe.source)
  const { violations: found } = await page.evaluate<axe.AxeResults>(
    `axe.run(document, { runOnly: ${JSON.stringify(rules)} })`,
  )
  return found.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 200)}`))
}

const images = fileURLToPath(new URL('../../../docs/images/', import.meta.url))

/** Takes a picture for the documents, on request only: `TWINSTREAM_PICTURES=1 npm run test:browser`. */
export const picture = async (page: Page, name: string): Promise<void> => {
  if (process.env.TWINSTREAM_PICTURES !== '1') return
  mkdirSync(images, { recursive: true })
  await page.screenshot({ path: `${images}console-${name}.png`, animations: 'disabled' })
}
