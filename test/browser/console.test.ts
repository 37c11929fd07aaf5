/** An operator's day at the console, against the running stack. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import { encode, eventually, inSync, publish, route, withCode } from '../e2e/support.ts'
import { browserTests, enter, openPage, picture, useBrowser, violations } from './support/browser.ts'

browserTests('the console', () => {
  let stack: Stack
  useBrowser()
  beforeAll(async () => {
    // One file after the other, so that a copy can be watched.
    stack = await startStack({ settings: { TWINSTREAM_COPY_CONCURRENCY: '1' } })
  })
  afterAll(() => stack.close())

  const open = (key: string = stack.keys.write) => openPage(stack.urls.host, key)

  it('P6: refuses a wrong key with words, and forgets the right one on request', async () => {
    await using watched = await open()
    const { page, expected } = watched
    expected.add(401)
    await page.goto(`${stack.urls.host}/api/console`)
    await page.getByLabel('Function key').fill('not-a-key')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.getByRole('alert').innerText()).toContain('This key is not accepted')
    await enter(page, stack.urls.host, stack.keys.write)
    await page.reload()
    await page.getByRole('heading', { name: 'Routes' }).waitFor()
    expect(await page.evaluate('Object.keys(sessionStorage)')).toEqual(['twinstream.key'])
    await page.getByRole('button', { name: 'Change key' }).click()
    await page.getByLabel('Function key').waitFor()
    expect(await page.evaluate('sessionStorage.length')).toBe(0)
  })

  it('P8: shows how a route is, what stands still and why, and tries it again on request', async () => {
    await encode(stack, 'film')
    await publish(stack, 'film', 'film-clear')
    await inSync(stack, 'film')
    // An asset of somebody else is in the way.
    await stack.accounts.west.arm.put('assets/taken', { description: 'of somebody else' })
    await encode(stack, 'taken')
    await publish(stack, 'taken', 'taken-clear')
    await withCode(stack, 'taken', 'TargetNotOurs')

    await using watched = await open()
    const { page } = watched
    await enter(page, stack.urls.host, stack.keys.write)
    const card = page.getByRole('article', { name: 'east to west' })
    await expect.poll(() => card.innerText()).toMatch(/Blocked\s+1/)
    expect(await violations(page)).toEqual([])
    await card.getByRole('link', { name: /TargetNotOurs/ }).click()

    const unit = page.getByRole('listitem').filter({ hasText: 'taken' })
    await expect.poll(() => unit.innerText()).toContain('Rename or remove it, or ask for a resync with')
    await unit.getByRole('button', { name: 'Retry title taken' }).click()
    await expect
      .poll(() => page.getByRole('status').allInnerTexts())
      .toContainEqual(expect.stringContaining('blocked TargetNotOurs'))
    await stack.accounts.west.arm.delete('assets/taken')
    await unit.getByRole('button', { name: 'Retry title taken' }).click()
    await expect.poll(() => unit.innerText(), { timeout: 60_000 }).toContain('in sync')
    expect((await stack.api.unit(route, 'asset', 'taken'))?.outcome).toBe('inSync')
  })

  it('a key for reading that is used to write gets a clear answer, and starts nothing', async () => {
    await using watched = await open(stack.keys.read)
    const { page, expected } = watched
    expected.add(401)
    await stack.accounts.west.arm.put('assets/kept', { description: 'of somebody else' })
    await encode(stack, 'kept')
    await publish(stack, 'kept', 'kept-clear')
    await withCode(stack, 'kept', 'TargetNotOurs')
    await enter(page, stack.urls.host, stack.keys.read, '#attention')
    const unit = page.getByRole('listitem').filter({ hasText: 'kept' })
    await unit.getByRole('button', { name: 'Retry title kept' }).click()
    await expect.poll(() => unit.getByRole('alert').innerText()).toContain('This key only reads')
    expect(await page.getByRole('navigation').isVisible()).toBe(true)
  })

  it('tries out what a resync would do, shows its report, and resyncs only once that is confirmed', async () => {
    await encode(stack, 'draft')
    await publish(stack, 'draft', 'draft-clear')
    await inSync(stack, 'draft')
    await using watched = await open()
    const { page } = watched
    await enter(page, stack.urls.host, stack.keys.write, '#operations')
    await page.getByRole('button', { name: 'Dry run', exact: true }).click()
    const report = page.getByRole('region', { name: 'Report' })
    await expect.poll(() => page.getByRole('main').innerText(), { timeout: 60_000 }).toMatch(/\d+ lines?: \d+ equal/)
    await report.getByLabel('Show').selectOption('Everything')
    await report.getByLabel('Name contains').fill('draf')
    await expect.poll(() => page.getByRole('list', { name: 'Report' }).innerText()).toMatch(/equal\s+draft/)

    await page.getByRole('link', { name: 'All operations' }).click()
    await page.getByLabel('Titles').fill('draft')
    await page.getByRole('button', { name: 'Resync…' }).click()
    const dialog = page.getByRole('dialog')
    expect(await dialog.innerText()).toMatch(/What differs in west is made as it is in east[\s\S]*draft/)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Resync…' }).click()
    await dialog.getByRole('button', { name: 'Resync 1 title' }).click()
    const resync = page.getByRole('list', { name: 'Operation', exact: true })
    await expect.poll(() => resync.innerText(), { timeout: 60_000 }).toMatch(/succeeded[\s\S]*1 of 1 unit/)
    expect(await page.getByRole('list', { name: 'Units' }).innerText()).toMatch(/in sync\s+draft/)
  })

  it('shows how far a copy is, how fast it goes and when it will end, while it goes on', async () => {
    await using watched = await open()
    const { page } = watched
    await enter(page, stack.urls.host, stack.keys.write, '#operations')
    await page.getByLabel('Titles').fill('reel')
    stack.simulator.fault({ account: 'west', kind: 'latency', operation: 'CopyBlobFromUrl', milliseconds: 2000 })
    try {
      await encode(stack, 'reel')
      await page.getByRole('button', { name: 'Resync…' }).click()
      await page.getByRole('button', { name: 'Resync 1 title' }).click()
      const resync = page.getByRole('list', { name: 'Operation', exact: true })
      const unit = page.getByRole('list', { name: 'Units' }).getByRole('listitem').filter({ hasText: 'reel' })
      const total = /0 of 1 unit · ([\d.]+ k?B) of [\d.]+ kB copied, [\d.]+ k?B\/s · done (in \d+|now)/
      const seen = new Set<string>()
      await eventually('two states of its copy are seen', async () => {
        const copied = total.exec(await resync.innerText())?.[1]
        const files = /[1-9] of \d+ files, [\d.]+ k?B of [\d.]+ kB/.test(await unit.innerText())
        if (copied !== undefined && files) seen.add(copied)
        return seen.size >= 2
      })
      await picture(page, 'copying-light')
      stack.simulator.clearFaults()
      await expect.poll(() => resync.innerText(), { timeout: 60_000 }).toMatch(/succeeded[\s\S]*1 of 1 unit/)
    } finally {
      stack.simulator.clearFaults()
    }
    await inSync(stack, 'reel')
  })

  it('P3: shows what an operation waits for while a region is down, and stops it', async () => {
    await using watched = await open()
    const { page } = watched
    await enter(page, stack.urls.host, stack.keys.write, '#operations')
    stack.simulator.outage('east')
    try {
      await page.getByRole('button', { name: 'Resync…' }).click()
      await page.getByRole('button', { name: 'Resync everything' }).click()
      const operation = page.getByRole('list', { name: 'Operation', exact: true })
      await expect.poll(() => operation.innerText(), { timeout: 60_000 }).toMatch(/waiting[\s\S]*SourceUnavailable/)
      await operation.getByRole('button', { name: 'Stop: Resync of everything' }).click()
      await expect.poll(() => operation.innerText()).toContain('stopping')
      stack.simulator.restore('east')
      await expect.poll(() => operation.innerText(), { timeout: 60_000 }).toContain('canceled')
    } finally {
      stack.simulator.restore('east')
    }
  })

  it('P10: withdraws what the dialog has named, keeps it off, and lets it back', async () => {
    await encode(stack, 'gala')
    await publish(stack, 'gala', 'gala-clear')
    await inSync(stack, 'gala')
    const inB = () => stack.accounts.west.arm.get('streamingLocators/gala-clear')
    await using watched = await open()
    const { page } = watched
    await enter(page, stack.urls.host, stack.keys.write, '#withdraw')
    await page.getByLabel('Title', { exact: true }).fill('gala')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.getByLabel('Locators', { exact: true }).inputValue()).toBe('gala-clear')
    await page.getByRole('button', { name: 'Withdraw…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Take 1 locator off west now?' })
    expect(await dialog.innerText()).toContain('gala-clear')
    expect(await violations(page)).toEqual([])
    expect(await inB()).toBeDefined()
    await dialog.getByRole('button', { name: 'Withdraw 1 locator' }).click()
    await expect
      .poll(() => page.getByRole('list', { name: 'What became of each' }).innerText())
      .toContain('gala-clear is off')
    expect(await inB()).toBeUndefined()

    const kept = page.getByRole('list', { name: 'Withdrawn locators' })
    await kept.getByRole('button', { name: 'Let back… gala-clear' }).click()
    await page.getByRole('button', { name: 'Let it back' }).click()
    await expect.poll(() => page.getByText('Nothing is kept off west by hand.').isVisible()).toBe(true)
    await eventually('the locator is back in B', inB)
  })

  it('says whether a failover would work now, and why not', async () => {
    await using watched = await open(stack.keys.read)
    const { page } = watched
    await enter(page, stack.urls.host, stack.keys.read, '#readiness')
    await expect
      .poll(() => page.getByRole('status').allInnerTexts(), { timeout: 60_000 })
      .toContainEqual(expect.stringMatching(/^(Yes|In part|No): /))
    await expect
      .poll(() => page.getByRole('list', { name: 'Reasons, east → west' }).innerText())
      .toContain('CanaryNotSet')
  })

  it('keeps what it shows while the app is starting again, says so, and goes on by itself', async () => {
    await using watched = await open()
    const { page, expected } = watched
    expected.add(0)
    await enter(page, stack.urls.host, stack.keys.write)
    const card = page.getByRole('article', { name: 'east to west' })
    await card.waitFor()
    await stack.host.kill('SIGKILL')
    await page.getByText('The app does not answer; it is asked again by itself.').waitFor()
    expect(await card.isVisible()).toBe(true)
    await stack.host.start()
    await page.getByText('The app does not answer').waitFor({ state: 'detached' })
  })
})
