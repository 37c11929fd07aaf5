import { expect } from 'vitest'
import { appGrants } from '../../../local/stack/roles.ts'
import { ownRequestId } from '../../../local/stack/simulator-control.ts'
import { eventually, files, inSync, routes, unit } from '../support.ts'
import type { Scenario, Scene } from './scene.ts'

/** Deletes the source account and makes another one under its name, with nothing in it. Its storage keeps the files. */
const madeAnew = async (scene: Scene): Promise<void> => {
  const { stack } = scene
  const account = `${stack.urls.simulator}${stack.accounts.east.accountId}?api-version=2021-11-01`
  const call = (method: string, body?: unknown) =>
    fetch(account, {
      method,
      headers: {
        authorization: 'Bearer owner',
        'content-type': 'application/json',
        'x-ms-client-request-id': ownRequestId(),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const before = (await (await call('GET')).json()) as { location: string; properties: { storageAccounts: object } }
  expect((await call('DELETE')).status).toBe(200)
  const { location, properties } = before
  const made = await call('PUT', { location, properties: { storageAccounts: properties.storageAccounts } })
  expect(made.status).toBe(201)
  // Whoever made it gives the app its rights again.
  const [token, principal] = [stack.tokens.east, 'twinstream-east']
  await scene.simulator('PUT', 'tokens', { token, principal, grants: { '*': appGrants('east', ['west']) } })
}

/** Leaves the source account empty, so that nothing can be played after it. */
export const replaced: readonly Scenario[] = [
  {
    name: 'a source account that was made anew with other titles under the same names is followed once somebody says so',
    async play(scene) {
      const [asset, filter] = [await scene.asset(), scene.name('hd')]
      const locator = await scene.locator('play', asset)
      await scene.a.put(`accountFilters/${filter}`, { firstQuality: { bitrate: 1 } })
      await scene.synced(asset)
      await scene.look('accountFilter', filter)
      const inB = async () => ({
        files: await files(scene.stack, 'west', asset),
        locator: (await scene.b.get(`streamingLocators/${locator}`))?.properties.streamingLocatorId,
        filter: (await scene.b.get(`accountFilters/${filter}`))?.properties.firstQuality,
      })
      const before = await inB()

      await madeAnew(scene)
      const only = await scene.asset('only-there')
      await scene.ends(only, 'SourceReplaced')
      await scene.asset()
      await scene.file('east', asset, 'film.mp4', 'another picture of the same name')
      await scene.locator('play', asset)
      await scene.a.put(`accountFilters/${filter}`, { firstQuality: { bitrate: 2 } })
      await scene.look('accountFilter', filter, { code: 'SourceReplaced' })
      await scene.ends(asset, 'SourceReplaced')
      expect((await routes(scene.stack))[0]?.replaced?.code).toBe('SourceReplaced')
      expect(await inB()).toEqual(before)
      expect(await scene.b.get(`assets/${only}`)).toBeUndefined()

      await scene.resync({ all: true, confirmDeletes: true })
      for (const name of [asset, only]) await inSync(scene.stack, name)
      await inSync(scene.stack, filter, 'accountFilter')
      expect(await inB()).toMatchObject({ filter: { bitrate: 2 }, files: await files(scene.stack, 'east', asset) })
    },
  },
  {
    name: 'a source account that was made anew under its name proves nothing gone',
    async play(scene) {
      const asset = await scene.asset()
      const locator = await scene.locator('play', asset)
      await scene.synced(asset)
      await madeAnew(scene)
      await scene.withdrawn(locator)
      await eventually('the route has stopped', async () => (await unit(scene.stack, asset))?.code === 'SourceReplaced')
      expect(await scene.b.get(`streamingLocators/${locator}`)).toBeDefined()
      expect(await scene.b.get(`assets/${asset}`)).toBeDefined()
    },
  },
]
