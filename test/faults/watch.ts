/** Looks at B all the time while a history goes on: P2 and P5 at every moment. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ActiveFault } from '../../local/simulator/faults.ts'
import { isWhole } from './editions.ts'
import type { Publisher } from './publisher.ts'
import type { Scene } from './scene.ts'
import { isForeign, type Strangers } from './strangers.ts'
import { changes, filesOf, look } from './witness.ts'

/** Milliseconds between two looks. */
const pause = 15

export interface Watch {
  /** Ends it and says what was seen, a sentence each. */
  end(): Promise<readonly string[]>
  /** Requests and events that were struck so far, by kind of fault. */
  readonly struck: ReadonlyMap<string, number>
  /** To be called before all faults are taken away. */
  beforeMend(): void
  /** Looks at B in which something had changed there. */
  readonly looks: number
}

export const watch = (scene: Scene, { editions }: Publisher, strangers: Strangers): Watch => {
  const seen = new Set<string>()
  const [open, ended] = [new Map<string, ActiveFault>(), new Map<string, ActiveFault>()]
  const { simulator } = scene.stack
  let [looks, watching] = [0, true]

  /** Locators whose assets are whole at this look; those that went while it was taken count for nothing. */
  const checkLocators = async () => {
    const { assets, streamingLocators } = look(scene, 'west')
    for (const locator of streamingLocators.values()) {
      const asset = assets.get(String(locator.properties.assetName))
      if (asset === undefined || isForeign(locator.name) || isForeign(asset.name)) continue
      const files = await filesOf(scene, 'west', asset)
      if (files !== undefined && isWhole(editions.of(asset.name), files)) continue
      if (streamingLocators.get(locator.name) !== locator) continue
      const shown = files === undefined ? 'no container' : JSON.stringify([...files])
      seen.add(`P2: locator ${locator.name} of ${asset.name} shows ${shown}`)
    }
  }
  /** Faults whose count is used up are gone from the list, and have struck as often as they could. */
  const countFaults = () => {
    const now = new Map(simulator.faults().map(fault => [fault.id, fault]))
    for (const [id, fault] of open) if (!now.has(id)) ended.set(id, { ...fault, hits: fault.count ?? fault.hits })
    open.clear()
    for (const [id, fault] of now) if (!ended.has(id)) open.set(id, fault)
  }

  const going = (async () => {
    let before = -1
    while (watching) {
      countFaults()
      const now = changes(scene, 'west')
      if (now !== before) {
        for (const what of await strangers.changed()) seen.add(`P5: ${what}, a stranger's in B, was changed`)
        await checkLocators()
        looks += 1
      }
      before = now
      await sleep(pause)
    }
  })()
  return {
    async end() {
      watching = false
      await going
      return [...seen]
    },
    get struck() {
      const kinds = new Map<string, number>()
      for (const { kind, hits } of [...ended.values(), ...open.values()]) kinds.set(kind, (kinds.get(kind) ?? 0) + hits)
      return kinds
    },
    beforeMend() {
      countFaults()
      for (const [id, fault] of open) ended.set(id, fault)
      open.clear()
    },
    get looks() {
      return looks
    },
  }
}
