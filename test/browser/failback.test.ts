/** The way back after an outage, decided at the console. Delays of the app are a hundredth of what they are in Azure. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import { encode, eventually, inSync, publish, routes } from '../e2e/support.ts'
import { browserTests, enter, openPage, useBrowser, violations } from './support/browser.ts'

browserTests('failback at the console', () => {
  let stack: Stack
  useBrowser()
  beforeAll(async () => {
    stack = await startStack({ pace: 0.01, bothWays: true })
  })
  afterAll(() => stack.close())

  const dispatched = <T>(what: string, look: () => Promise<T | undefined | false>) =>
    eventually(
      what,
      async () => {
        await stack.api.fire('dispatch')
        return look()
      },
      90_000,
    )

  it('P10: what was changed in B waits, and is decided only by whoever types the route', async () => {
    const [a, b] = [stack.accounts.east.arm, stack.accounts.west.arm]
    const description = async () => (await b.get('assets/film'))?.properties.description
    await encode(stack, 'film')
    await publish(stack, 'film', 'film-clear')
    await inSync(stack, 'film')
    stack.simulator.outage('east')
    await dispatched('the route is on hold', async () => (await routes(stack))[0]?.hold)
    await b.patch('assets/film', { description: 'Corrected in B' })

    await using watched = await openPage(stack.urls.host, stack.keys.write)
    const { page } = watched
    await enter(page, stack.urls.host, stack.keys.write)
    const card = page.getByRole('article', { name: 'east to west' })
    await expect.poll(() => card.innerText()).toContain('On hold: east')
    stack.simulator.restore('east')
    await dispatched(
      'the change is found',
      async () => (await stack.api.unit('east>west', 'asset', 'film'))?.code === 'TargetChanged',
    )

    await card.getByRole('link', { name: 'Decide' }).click()
    await page.getByRole('checkbox', { name: 'film title' }).check()
    await page.getByRole('radio', { name: /^east: what was changed in west is overwritten/ }).check()
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Decide 1 unit…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Keep what east has of 1 unit?' })
    expect(await dialog.innerText()).toMatch(/every change that was made in west[\s\S]*title film/)
    // Without the route being typed nothing happens.
    await dialog.getByRole('button', { name: 'Keep east' }).click({ force: true })
    expect(await dialog.isVisible()).toBe(true)
    await dialog.getByLabel('Type east>west to confirm').fill('east>west')
    expect(await description()).toBe('Corrected in B')
    await dialog.getByRole('button', { name: 'Keep east' }).click()
    await expect.poll(() => page.getByRole('status').allInnerTexts()).toContainEqual('1 unit asked for: east is kept.')
    await dispatched('B has the text of A', async () => (await description()) === 'film, encoded')
    expect((await a.get('assets/film'))?.properties.description).toBe('film, encoded')
  }, 240_000)
})
