/** What the console shows when things are large, empty, long or wrong; and all of it by keyboard. */
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { codes } from '../../src/lib/codes.ts'
import { browserTests, enter, openPage, useBrowser } from './support/browser.ts'
import { answerOf, operations, reportLines, units } from './support/canned.ts'
import { key, origin, problem, runbook, serve } from './support/served.ts'

const inFocus = (page: Page) =>
  page.evaluate<{ text: string; outline: string }>(`(() => {
    const element = document.activeElement
    const { outlineStyle, outlineWidth } = getComputedStyle(element)
    return { text: element.textContent || element.tagName, outline: outlineStyle + ' ' + outlineWidth }
  })()`)

/** Goes on with a key until what has the focus says something; every stop on the way is visible. */
const tabTo = async (page: Page, text: string, press = 'Tab'): Promise<void> => {
  for (let steps = 0; steps < 60; steps += 1) {
    await page.keyboard.press(press)
    const focus = await inFocus(page)
    expect(focus.outline, focus.text).toBe('solid 2px')
    if (focus.text.includes(text)) return
  }
  throw new Error(`${text} is not reached by ${press}.`)
}

browserTests('the console', () => {
  useBrowser()

  it('P9: reads a report of 100,000 lines without freezing, and shows fifty', async () => {
    await using watched = await openPage(origin, key)
    const { page } = watched
    const lines = reportLines(5000)
    await serve(page, (path, query, method) => {
      if (path !== 'operations/r-dry-run/report') return answerOf(path, query, method)
      const from = Number(query.get('from') ?? 0)
      const link = `</api/operations/r-dry-run/report?from=${from + 1}>; rel="next"`
      return { text: lines, headers: from < 19 ? { link } : {} }
    })
    await enter(page, origin, key, '#operations?id=r-dry-run')
    await page.evaluate('(globalThis.frames_ = 0, (function tick() { frames_ += 1; requestAnimationFrame(tick) })())')
    await page.getByText('100,000 lines: ').first().waitFor()
    expect(await page.evaluate('frames_')).toBeGreaterThan(10)
    const list = page.getByRole('list', { name: 'Report' })
    expect(await list.locator(':scope > li').count()).toBe(50)
    await page.getByLabel('Show').selectOption('Everything')
    await page.getByText('1 to 50 of 100,000').waitFor()
    await page.getByRole('button', { name: 'Next lines' }).click()
    await page.getByText('51 to 100 of 100,000').waitFor()
    expect(await list.locator(':scope > li').count()).toBe(50)
  })

  it('P8: a code leads to its section of the runbook', async () => {
    await using watched = await openPage(origin, key)
    const { page } = watched
    await serve(page)
    await enter(page, origin, key, '#readiness')
    const link = page.getByRole('link', { name: 'EndpointSmaller in the runbook' })
    expect(await link.getAttribute('href')).toBe(`${runbook}#endpointsmaller`)
  })

  it('everything is done by keyboard, with a focus that is seen, and Escape leaves a dialog where it was entered', async () => {
    await using watched = await openPage(origin, key)
    const { page } = watched
    const asked: string[] = []
    await serve(page, (path, query, method) => {
      if (method !== 'GET') asked.push(`${method} ${path}`)
      return answerOf(path, query, method)
    })
    await page.goto(`${origin}/api/console`)
    await page.keyboard.type(key)
    await page.keyboard.press('Enter')
    await page.getByRole('navigation').waitFor()
    await tabTo(page, 'Withdraw', 'Shift+Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Withdraw', level: 1 }).waitFor()
    await page.getByText('harbour-nights-e01-clear').waitFor()
    await tabTo(page, 'Let back…')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    expect((await inFocus(page)).text).toBe('Cancel')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect((await inFocus(page)).text).toBe('Let back…')
    expect(asked).toEqual([])
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await tabTo(page, 'Let it back')
    await page.keyboard.press('Enter')
    await expect.poll(() => asked).toEqual(['DELETE withdraw'])
  })

  it('empty lists say what their being empty means', async () => {
    await using watched = await openPage(origin, key)
    const { page } = watched
    const empty: Readonly<Record<string, object>> = {
      routes: { routes: [] },
      units: { units: [], routes: [] },
      operations: { operations: [] },
      sweeps: { routes: [], budgets: [] },
    }
    await serve(page, path => empty[path])
    await enter(page, origin, key)
    await page.getByText('The topology has no route yet.').waitFor()
    await page.getByRole('link', { name: 'Attention' }).click()
    await page.getByText('Nothing is blocked.').waitFor()
    await page.getByRole('link', { name: 'Operations' }).click()
    await page.getByText('Nobody has asked for a resync of late.').waitFor()
  })

  it('P8: what needs attention opens on what there is, with how many units are in each state', async () => {
    await using watched = await openPage(origin, key)
    const { page } = watched
    const [unit] = units
    const held = { ...unit, outcome: 'waiting', code: 'OnHold', ...codes.OnHold }
    await serve(page, (path, query) => {
      if (path === 'units') return { units: query.get('outcome') === 'waiting' ? [held] : [], routes: [] }
      const standStills = [{ outcome: 'waiting', code: 'OnHold', count: 2, ...codes.OnHold }]
      const counts = { running: 0, due: 0, waiting: 2, blocked: 0, atLeast: false }
      return {
        routes: [{ route: 'east>west', mode: 'replicate', from: 'east', to: 'west', units: counts, standStills }],
      }
    })
    await enter(page, origin, key, '#attention')
    await page.getByRole('listitem').filter({ hasText: 'OnHold' }).waitFor()
    expect(await page.getByLabel('State').locator('option:checked').innerText()).toBe('Waiting (2)')
    await page.getByLabel('State').selectOption('Blocked (0)')
    await page.getByText('Nothing is blocked. waiting: 2.').waitFor()
  })

  it('P8: an operation that waits promises no end, and one that was stopped not that nothing would be written', async () => {
    await using watched = await openPage(origin, key)
    const { page } = watched
    const [running, , dryRun] = operations
    const waiting = { code: 'SourceUnavailable', ...codes.SourceUnavailable, until: '2026-03-01T11:59:59.000Z' }
    const none = { reads: 0, writes: 0, deletes: 0, resourceRequests: 0, policySecrets: 0 }
    const stopped = { ...dryRun, status: 'canceled', estimate: { bytes: 0, calls: none, seconds: 0 } }
    await serve(page, (path, query, method) =>
      path === 'operations' ? { operations: [{ ...running, waiting }, stopped] } : answerOf(path, query, method),
    )
    await enter(page, origin, key, '#operations')
    await page.getByText('It is tried again now.').first().waitFor()
    expect(await page.getByRole('main').innerText()).not.toMatch(/done in|Nothing would be written/)
  })

  it('readiness is saved as a page of its own, with the key in no address', async () => {
    await using watched = await openPage(origin, key)
    const { page } = watched
    await serve(page, (path, query, method) =>
      query.get('format') === 'html'
        ? { text: '<!doctype html><title>as the app says it</title>', headers: { 'content-type': 'text/html' } }
        : answerOf(path, query, method),
    )
    await enter(page, origin, key, '#readiness')
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save as a page' }).click()
    const download = await saved
    expect(download.suggestedFilename()).toBe('twinstream-readiness-2026-03-01T12-00-00Z.html')
    expect(await readFile(await download.path(), 'utf8')).toContain('as the app says it')
  })

  it('P8: a refusal is shown with its code, every mistake and what to do', async () => {
    await using watched = await openPage(origin, key)
    const { page, expected } = watched
    for (const status of [400, 503]) expected.add(status)
    await serve(page, (path, query, method) =>
      method === 'POST'
        ? problem(400, 'BodyInvalid', 'Correct the named fields.', {
            issues: [{ path: 'units[0].name', found: 'an empty text', allowed: 'a name' }],
          })
        : answerOf(path, query, method),
    )
    await enter(page, origin, key, '#attention')
    const unit = page.getByRole('listitem').filter({ hasText: 'harbour-nights-e03' })
    await unit.getByRole('button', { name: /^Retry/ }).click()
    const alert = unit.getByRole('alert')
    await expect.poll(() => alert.innerText()).toContain('BodyInvalid')
    expect(await alert.innerText()).toMatch(
      /units\[0\]\.name: an empty text; allowed: a name[\s\S]*Correct the named fields/,
    )
  })

  it('opens on an app with mistakes in its settings, and says what to look at', async () => {
    await using watched = await openPage(origin, key)
    const { page, expected } = watched
    expected.add(503)
    await serve(page, () => problem(503, 'NotReady', 'Look at the log of the app for the mistakes in its settings.'))
    await enter(page, origin, key)
    await expect
      .poll(() => page.getByRole('main').getByRole('alert').innerText())
      .toContain('Look at the log of the app')
  })

  it('a key that is taken back while somebody looks leads to the door, with the reason', async () => {
    await using watched = await openPage(origin, key)
    const { page, expected } = watched
    expected.add(401)
    let isTaken = false
    await serve(page, (path, query, method) => (isTaken ? 401 : answerOf(path, query, method)))
    await enter(page, origin, key)
    await page.getByText('In step').first().waitFor()
    isTaken = true
    await page.getByRole('link', { name: 'Attention' }).click()
    await expect.poll(() => page.getByRole('alert').innerText()).toContain('This key is not accepted')
    expect(await page.evaluate('sessionStorage.length')).toBe(0)
  })

  it('P8: says that what is shown is old where answers break off, asks on, and takes it back', async () => {
    await using watched = await openPage(origin, key)
    const { page } = watched
    let breaks = false
    await serve(page, (path, query, method) =>
      breaks && path === 'routes'
        ? { text: '{"routes":[', headers: { 'content-type': 'application/json' } }
        : answerOf(path, query, method),
    )
    await enter(page, origin, key)
    await page.getByText('In step').first().waitFor()
    breaks = true
    const notice = page.getByText('The app does not answer')
    await notice.waitFor()
    await page.getByText('In step').first().waitFor()
    breaks = false
    await notice.waitFor({ state: 'detached' })
  })
})
