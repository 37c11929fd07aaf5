/** How every view looks and reads: in light and dark, on a wide and on a narrow screen. */
import { expect, it } from 'vitest'
import { browserTests, enter, openPage, picture, useBrowser, violations } from './support/browser.ts'
import { key, origin, serve } from './support/served.ts'

/** Where each view is, and something that it shows once it has its answers. */
const views = {
  routes: ['#routes', 'In step'],
  attention: ['#attention', 'contosoeastother'],
  operations: ['#operations', 'Full comparison'],
  report: ['#operations?id=r-dry-run', '1 to 50 of 88'],
  withdraw: ['#withdraw', 'It may still play from west'],
  failback: ['#failback?route=west%3Eeast', 'Decide all…'],
  readiness: ['#readiness', 'EndpointSmaller'],
} as const

type View = keyof typeof views

interface Look {
  readonly name: string
  readonly options: { readonly colorScheme: 'light' | 'dark'; readonly viewport: { width: number; height: number } }
  readonly pictures: readonly View[]
}

const [wide, narrow] = [
  { width: 1080, height: 720 },
  { width: 400, height: 720 },
]
const looks: readonly Look[] = [
  { name: 'light', options: { colorScheme: 'light', viewport: wide }, pictures: Object.keys(views) as View[] },
  { name: 'dark', options: { colorScheme: 'dark', viewport: wide }, pictures: ['routes', 'operations'] },
  { name: '400', options: { colorScheme: 'light', viewport: narrow }, pictures: ['routes', 'attention'] },
]

browserTests('every view', () => {
  useBrowser()
  for (const { name, options, pictures } of looks)
    it(`keeps the rules of accessibility and fits the screen: ${name}`, async () => {
      await using watched = await openPage(origin, key, options)
      const { page } = watched
      await serve(page)
      await page.goto(`${origin}/api/console`)
      expect(await violations(page), 'sign-in').toEqual([])
      await enter(page, origin, key)
      for (const [view, [hash, shown]] of Object.entries(views)) {
        await page.evaluate(`location.hash = '${hash}'`)
        await page.getByRole('main').getByText(shown).first().waitFor()
        expect(await violations(page), view).toEqual([])
        expect(await page.evaluate('document.documentElement.scrollWidth'), view).toBe(options.viewport.width)
        if (pictures.includes(view as View)) await picture(page, `${view}-${name}`)
      }
    })
})
