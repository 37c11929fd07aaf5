import { expect } from 'vitest'
import { appGrants } from '../../../local/stack/roles.ts'
import { ownRequestId } from '../../../local/stack/simulator-control.ts'
import { eventually, unit } from '../support.ts'
import type { Scenario } from './scene.ts'

/** Leaves the source account empty, so that nothing can be played after it. */
export const replaced: readonly Scenario[] = [
  {
    name: 'a source account that was made anew under its name proves nothing gone',
    async play(scene) {
      const asset = await scene.asset()
      const locator = await scene.locator('play', asset)
      await scene.synced(asset)
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
      expect(
        (await call('PUT', { location, properties: { storageAccounts: properties.storageAccounts } })).status,
      ).toBe(201)
      // Whoever made it gives the app its rights again.
      const [token, principal] = [stack.tokens.east, 'twinstream-east']
      await scene.simulator('PUT', 'tokens', { token, principal, grants: { '*': appGrants('east', ['west']) } })
      await scene.withdrawn(locator)
      await eventually('the route has stopped', async () => (await unit(stack, asset))?.code === 'SourceReplaced')
      expect(await scene.b.get(`streamingLocators/${locator}`)).toBeDefined()
      expect(await scene.b.get(`assets/${asset}`)).toBeDefined()
    },
  },
]
