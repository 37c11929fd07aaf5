import { expect } from 'vitest'
import type { Scenario } from './scene.ts'
import { exactly } from './shapes.ts'

/** Beyond 2^53 and up to the end of int64, odd on purpose: a double would round each of them. */
const long = {
  presentationTimeRange: {
    startTimestamp: exactly('9007199254740993'),
    endTimestamp: exactly('9223372036854775807'),
    presentationWindowDuration: exactly('9223372036854775805'),
    liveBackoffDuration: exactly('4611686018427387905'),
    timescale: exactly('9007199254740995'),
    forceEndTimestamp: true,
  },
}

/** Contract section 6.3. */
export const filters: readonly Scenario[] = [
  {
    name: 'filters of both levels with times beyond 2^53',
    async play(scene) {
      const asset = await scene.asset()
      await scene.a.put(`accountFilters/${scene.name('long')}`, long)
      await scene.a.put(`assets/${asset}/assetFilters/long`, long)
      await scene.locator('play', asset, { filters: [scene.name('long'), 'long'] })
      await scene.synced(asset)
    },
  },
  {
    name: 'filters of both levels that are edited and removed',
    async play(scene) {
      const [account, asset] = [`accountFilters/${scene.name('wide')}`, await scene.asset()]
      for (const path of [account, `assets/${asset}/assetFilters/kept`, `assets/${asset}/assetFilters/gone`])
        await scene.a.put(path, { firstQuality: { bitrate: 100_000 } })
      await scene.locator('play', asset, { filters: [scene.name('wide'), 'kept'] })
      await scene.synced(asset)
      await scene.a.put(account, { presentationTimeRange: { startTimestamp: 5, timescale: 1000 } })
      await scene.a.put(`assets/${asset}/assetFilters/kept`, long)
      await scene.a.delete(`assets/${asset}/assetFilters/gone`)
      await scene.look('accountFilter', scene.name('wide'))
      await scene.look('asset', asset)
      expect((await scene.b.list(`assets/${asset}/assetFilters`)).map(({ name }) => name)).toEqual(['kept'])
    },
  },
]
