/** Storage, regions and app for many histories, one after the other. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Azurite } from '../../local/azurite.ts'
import { buildApp } from '../../local/stack/app.ts'
import { startStorage } from '../../local/stack/stack.ts'
import { type Break, breaking } from './breaking.ts'
import type { History } from './history.ts'
import { pace, type Scene, startScene } from './scene.ts'

export interface Lab {
  /** An empty scene for a history. That of the one before is given up first where that one had failed. */
  begin(history: Pick<History, 'deletes'>): Promise<Scene>
  /** Whatever the last history has left behind will not be used again. */
  spoil(): void
  close(): Promise<void>
}

/** Azurite gives back no memory, so that everything is started anew after so many histories. */
const historiesOfScene = 30

/** Minutes; the week for which twins of deleted titles are kept would outlast a history. */
const grace = 6
const shortGrace: Break = {
  file: 'src/lib/timing.ts',
  right: 'deleteGrace: 7 * 24 * 60 * 60_000',
  wrong: `deleteGrace: ${grace} * 60_000`,
}

/** The same at the pace of the app, in milliseconds. */
export const graceOfHistories = grace * 60_000 * pace

/** @param breaks mistakes that are made in the app on purpose. */
export const startLab = async (breaks: readonly Break[] = []): Promise<Lab> => {
  const dir = await mkdtemp(join(tmpdir(), 'twinstream-faults-'))
  const appDir = join(dir, 'app')
  await buildApp(appDir, [breaking([shortGrace, ...breaks])])
  let current: { readonly azurite: Azurite; readonly scene: Scene; played: number } | undefined

  const giveUp = async () => {
    const given = current
    current = undefined
    try {
      await given?.scene.close()
    } finally {
      await given?.azurite.close()
    }
  }
  const start = async () => {
    const azurite = await startStorage({})
    try {
      return { azurite, scene: await startScene(azurite, appDir), played: 0 }
    } catch (error) {
      await azurite.close()
      throw error
    }
  }

  return {
    async begin({ deletes }) {
      if (current !== undefined && current.played >= historiesOfScene) await giveUp()
      if (current === undefined) current = await start()
      else await current.scene.reset()
      await current.scene.setDeletes(deletes ?? 'locators')
      current.played += 1
      return current.scene
    },
    spoil() {
      if (current !== undefined) current.played = historiesOfScene
    },
    async close() {
      await giveUp()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
