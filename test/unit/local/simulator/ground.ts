/** A simulator with two accounts, a clock that stands still, and storage and events in memory. */
import { join } from 'node:path'
import { manualClock } from '../../../../local/simulator/clock.ts'
import type { PublishedEvent } from '../../../../local/simulator/event-publisher.ts'
import { memoryBlobStore } from '../../../../local/simulator/memory-blob-store.ts'
import { type SimulatorOptions, startSimulator } from '../../../../local/simulator/simulator.ts'
import { clientOf, topology } from '../../../contract/support/client.ts'

export const start = new Date('2026-01-01T00:00:00Z')

export const ground = async (options: Partial<SimulatorOptions> = {}) => {
  const clock = manualClock(start)
  const blobStore = memoryBlobStore()
  const published: { topic: string; event: PublishedEvent }[] = []
  const simulator = await startSimulator({
    topology,
    blobStore,
    clock,
    events: {
      publish: (topic, events) => published.push(...events.map(event => ({ topic, event }))),
    },
    sampleDir: join(import.meta.dirname, '..', '..', '..', '..', 'local', 'sample'),
    ...options,
  })
  return {
    simulator,
    clock,
    blobStore,
    published,
    east: clientOf(simulator),
    west: clientOf(simulator, 'west'),
    [Symbol.asyncDispose]: () => simulator.close(),
  }
}
