import type { History } from './history.ts'
import type { Scene } from './scene.ts'

/** Changes guesses about the service, as `/_sim/switches` takes them. */
export const setSwitches = async (scene: Scene, switches: History['switches']): Promise<void> => {
  const response = await fetch(`${scene.stack.urls.simulator}/_sim/switches`, {
    method: 'PATCH',
    body: JSON.stringify(switches),
  })
  if (!response.ok) throw new Error(`The switches were refused: ${await response.text()}`)
  await response.arrayBuffer()
}
