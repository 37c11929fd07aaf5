/** A failover, work in region B meanwhile, and the way back at the console, against the running stack. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { compareAccounts } from '../../local/compare/compare.ts'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import { deliver, encode, eventually, inSync, jobFinished, passTime, publish, withCode } from '../e2e/support.ts'
import { browserTests, enter, openPage, picture, useBrowser, violations } from './support/browser.ts'

browserTests('failback', () => {
  let stack: Stack
  useBrowser()
  beforeAll(async () => {
    stack = await startStack({ pace: 0.01, bothWays: true })
  })
  afterAll(() => stack.close())

  const a = () => stack.accounts.east.arm
  const b = () => stack.accounts.west.arm
  const descriptions = async (asset: string) =>
    Promise.all([a(), b()].map(async arm => (await arm.get(`assets/${asset}`))?.properties.description))

  it('P10, P3: what was changed in B while A was away ends as the operator chooses, and nothing before that', async () => {
    for (const title of ['corrected', 'mistaken', 'recalled']) {
      await encode(stack, title)
      await publish(stack, title, `${title}-clear`)
      await inSync(stack, title)
    }
    await using watched = await openPage(stack.urls.host, stack.keys.write)
    const { page } = watched
    await enter(page, stack.urls.host, stack.keys.write, '#failback')
    await page.getByText('Nothing waits for a decision.').waitFor()

    // A goes away; in B two texts are changed and a title is withdrawn.
    stack.simulator.outage('east')
    await deliver(stack, JSON.stringify([jobFinished(stack, 'corrected')]))
    await withCode(stack, 'corrected', 'SourceUnavailable')
    await passTime(stack, 1_800_000)
    await page.getByText('east does not answer. There is nothing to decide before it is back.').waitFor()
    await b().patch('assets/corrected', { description: 'Corrected in B' })
    await b().patch('assets/mistaken', { description: 'A mistake' })
    await b().delete('streamingLocators/recalled-clear')

    // A returns; the page tells by itself what was changed meanwhile.
    stack.simulator.restore('east')
    const conflicts = page.getByRole('list', { name: 'Units that wait for a decision' })
    await eventually(
      'the console shows what was changed',
      async () => {
        await stack.api.fire('dispatch')
        return (await conflicts.getByRole('listitem').count()) === 3
      },
      90_000,
    )
    expect(await page.getByText('east does not answer').count()).toBe(0)
    expect(await descriptions('corrected')).toEqual(['corrected, encoded', 'Corrected in B'])

    // For one of them A is right. The dialog names it and what will happen, and does it only for who has read that.
    await conflicts.getByLabel('mistaken').check()
    await page.getByLabel('east: what was changed in west is overwritten').check()
    await page.getByRole('button', { name: 'Decide 1 unit…' }).click()
    const restoring = page.getByRole('dialog', { name: 'Keep what east has of 1 unit?' })
    expect(await restoring.innerText()).toMatch(
      /west is made as east is[\s\S]*east is not touched[\s\S]*title mistaken/,
    )
    expect(await violations(page)).toEqual([])
    const keep = restoring.getByRole('button', { name: 'Keep east' })
    await keep.click({ force: true })
    expect(await descriptions('mistaken')).toEqual(['mistaken, encoded', 'A mistake'])
    await restoring.getByLabel('Type east>west to confirm').fill('east>west')
    await keep.click()
    await expect.poll(() => conflicts.getByRole('listitem').count(), { timeout: 60_000 }).toBe(2)
    expect(await descriptions('mistaken')).toEqual(['mistaken, encoded', 'mistaken, encoded'])
    expect(await descriptions('corrected')).toEqual(['corrected, encoded', 'Corrected in B'])

    // For the rest B is right, and A follows.
    await page.getByLabel('west: what was changed there is kept, and east follows').check()
    await page.getByRole('button', { name: 'Decide all…' }).click()
    const keeping = page.getByRole('dialog', { name: 'Keep what west has of 2 units?' })
    expect(await keeping.innerText()).toMatch(/east is made equal to it by the route west → east/)
    expect((await keeping.getByRole('listitem').allInnerTexts()).toSorted()).toEqual([
      'title corrected',
      'title recalled',
    ])
    await keeping.getByLabel('Type east>west to confirm').fill('east>west')
    await picture(page, 'failback-confirm-light')
    await keeping.getByRole('button', { name: 'Keep west' }).click()
    await page.getByText('Nothing waits for a decision.').waitFor()
    expect(await b().get('streamingLocators/recalled-clear')).toBeUndefined()
    await eventually(
      'both accounts are as was chosen',
      async () => {
        await stack.api.fire('dispatch')
        return (await compareAccounts(a(), b())).differences.length === 0
      },
      60_000,
    )
    expect(await descriptions('corrected')).toEqual(['Corrected in B', 'Corrected in B'])
    expect(await descriptions('mistaken')).toEqual(['mistaken, encoded', 'mistaken, encoded'])
    expect(await a().get('streamingLocators/recalled-clear')).toBeUndefined()
  }, 300_000)
})
