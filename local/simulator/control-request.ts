/** What a request to `/_sim/` brings to its endpoint, and what it may answer beside plain JSON. */
import type { ArmServices } from './arm-server.ts'
import type { MovableClock } from './clock.ts'
import type { EventPublisher } from './event-publisher.ts'
import type { Switches } from './switches.ts'

export interface ControlServices extends ArmServices {
  readonly clock: MovableClock
  readonly events?: EventPublisher
  readonly setSwitches: (switches: Switches) => void
}

export interface ControlRequest {
  readonly services: ControlServices
  readonly query: URLSearchParams
  /** Rest of the path after the name of the endpoint. */
  readonly rest: string
  readonly body: unknown
}

/** Answers what is sent as JSON; throws a Refusal. */
export type Handler = (request: ControlRequest) => unknown

/** JSON lines instead of JSON. */
export class Lines {
  readonly text: string
  readonly dropped: number
  constructor(text: string, dropped: number) {
    this.text = text
    this.dropped = dropped
  }
}

/** JSON that is written piece by piece. */
export class Pieces {
  readonly pieces: Iterable<string>
  constructor(pieces: Iterable<string>) {
    this.pieces = pieces
  }
}
