import type { MediaReader, MediaWriter } from '../media/ports.ts'
import type { Clock, Route, Side } from '../model.ts'
import type { Limits } from '../storage/copier.ts'
import type { Pacer } from '../storage/pacer.ts'
import type { Container } from '../storage/ports.ts'
import type { Timing } from '../timing.ts'

/** A container, by names. */
export interface Place {
  readonly storageAccount: string
  readonly container: string
}

/** Of the accounts that were asked. */
export type Reach = 'all' | 'some' | 'none'

/** The two ends of a route, as a pass sees them. The source cannot be written to: its type has no such method (P5). */
export interface Pair {
  readonly route: Route
  readonly source: MediaReader
  readonly target: MediaWriter
  /** Whether a route in the other direction exists, so that an object of the source may be a twin itself. */
  readonly opposite: boolean
  /** The target's storage account for one of the source, undefined where none is mapped. */
  storageFor(sourceAccount: string): string | undefined
  sourceContainer(asset: string, place: Place): Promise<Container>
  /**
   * The source's container by identity, for its mark: a SAS of the container does not show it. Only for a source that is
   * a target as well, where the identity has these rights anyway.
   */
  markedContainer(place: Place): Container
  targetContainer(place: Place): Container
  /** How much of an end answers at all: its media account, or the storage accounts that the route maps. */
  reach(side: Side, plane: 'control' | 'storage'): Promise<Reach>
  /** Places for copies to one storage account of the target, shared by all that this process copies there. */
  pacerFor(target: Place): Pacer
  /** From where on a blob is copied in blocks, and how large they are, where that is not what the service allows. */
  readonly copyLimits?: Partial<Limits>
  readonly timing: Timing
  readonly clock: Clock
}
