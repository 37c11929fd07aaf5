/** Wherever a secret of a history could have been written down (P6). */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { leaks } from '../support/leaks.ts'
import type { Publisher } from './publisher.ts'
import type { Scene } from './scene.ts'

/** State of the host, durable history among it. The keys of the host itself are meant to be there. */
const files = ({ stack }: Scene): Map<string, string> => {
  const places = new Map<string, string>()
  for (const entry of readdirSync(stack.hostStateDir, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && entry.name !== 'keys.json')
      places.set(`file ${entry.name}`, readFileSync(join(entry.parentPath, entry.name), 'latin1'))
  return places
}

const ledgerText = async ({ ledger }: Scene): Promise<string> => {
  const rows: string[] = []
  for await (const row of ledger.listEntities()) rows.push(JSON.stringify(row))
  return rows.join('\n')
}

const secretsOf = ({ stack }: Scene, { secrets }: Publisher) => [...secrets, ...Object.entries(stack.tokens)]

/** In the state that a killed host has left behind. */
export const leaksInFiles = (scene: Scene, publisher: Publisher): readonly string[] =>
  leaks(files(scene), secretsOf(scene, publisher))

/** @param answers of the app's doors. */
export const leaksAnywhere = async (
  scene: Scene,
  publisher: Publisher,
  answers: string,
): Promise<readonly string[]> => {
  const places = files(scene)
  places.set('the log of the host', scene.log.join('\n'))
  places.set('an answer of the app', answers)
  places.set('the ledger', await ledgerText(scene))
  return leaks(places, secretsOf(scene, publisher))
}
