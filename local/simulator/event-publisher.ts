/** An event before its topic adds topic and metadata version. */
export interface PublishedEvent {
  readonly id: string
  readonly eventType: string
  readonly subject: string
  /** UTC with 7 fraction digits; media events carry no zone. */
  readonly eventTime: string
  readonly data: unknown
  readonly dataVersion: string
}

/** Where media accounts hand their events to; delivery is the business of whoever implements it. */
export interface EventPublisher {
  /** @param topic resource id of the media account. */
  publish(topic: string, events: readonly PublishedEvent[]): void
  /** What a snapshot keeps of it, as JSON. */
  save?(): unknown
  /** Checks what `save` gave and answers what restores it; throws for anything else. */
  restoring?(saved: unknown): () => void
}
