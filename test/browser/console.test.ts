/** An operator's day at the console, against the running stack. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import { encode, inSync, publish, route, withCode } from '../e2e/support.ts'
import { browserTests, enter, openPage, useBrowser, violations } from './support/browser.ts'

browserTests('the console', () => {
  let stack: Stack
  useBrowser()
  beforeAll(async () => {
    stack = await startStack()
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
})
