/** Passes of the app over two regions, recorded: a first copy, a change while it plays, more asked for, a withdrawal. */
import { randomBytes } from 'node:crypto'
import type { Unit } from '../../src/lib/model.ts'
import type { AppProcess } from '../crash/app-process.ts'
import { changeFilm, publishFilm } from '../crash/films.ts'
import { Scene } from '../crash/scene.ts'
import type { TwoRegions } from '../support/two-regions.ts'
import type { Recording } from './golden.ts'

/** A process in which the unit is asked for once more while its first pass is under way. */
const askedAgain = (app: AppProcess, unit: Unit): AppProcess => {
  let asked = false
  return {
    ...app,
    async activity(name, input, hub) {
      const answer = await app.activity(name, input, hub)
      if (name === 'copyFiles' && !asked) {
        asked = true
        await app.request(unit, hub)
      }
      return answer
    },
  }
}

/** @returns executions by what happened; the secrets that none of them may hold. */
export const recordPasses = async (ground: TwoRegions) => {
  const scene = new Scene(ground, `Golden${randomBytes(4).toString('hex')}`)
  const film = await publishFilm(ground, 'golden')
  const { hub } = scene
  const recorded: Record<string, readonly Recording[]> = {}
  const during = async (name: string, work: () => Promise<void>) => {
    const before = hub.recordings.length
    await work()
    await scene.dispatch()
    recorded[name] = hub.recordings.slice(before)
  }
  const unit: Unit = { route: 'east>west', kind: 'asset', name: film.name }
  const event = () => scene.event(unit)
  await scene.start()
  await during('first-copy', event)
  await during('in-sync', event)
  await during('change', async () => {
    await changeFilm(ground, film)
    await event()
  })
  await during('asked-again', async () => {
    await ground.putBlob('east', film.name, 'd.mp4', 'more')
    await scene.app.request(unit, hub)
    await hub.work(askedAgain(scene.app, unit))
  })
  await during('withdrawal', async () => {
    await ground.arm.east.delete(`assets/${film.name}`)
    await event()
  })
  await scene.close()
  return { recorded, secrets: film.secrets }
}
