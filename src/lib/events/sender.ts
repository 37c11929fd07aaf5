import type { KeyCredential, TokenCredential } from '@azure/core-auth'
import { EventGridPublisherClient } from '@azure/eventgrid'
import { locatorTypes } from './locator-event.ts'

/** A locator, as its publisher knows it. */
export interface PublishedLocator {
  readonly locatorName: string
  /** Recommended: without it the app has to ask for the locator first. */
  readonly assetName?: string
  readonly streamingLocatorId?: string
}

export interface LocatorEventSender {
  /** To be called right after the locator was created. Resolves when the topic has accepted the event. */
  locatorCreated(locator: PublishedLocator): Promise<void>
  /** To be called right after the locator was deleted. */
  locatorDeleted(locator: PublishedLocator): Promise<void>
}

export interface LocatorEventSenderOptions {
  /** Address of the custom topic, e.g. `https://publishing.eastus2-1.eventgrid.azure.net/api/events`. */
  readonly endpoint: string
  /** Must be the input schema of the topic, or the service refuses the events. */
  readonly schema: 'EventGrid' | 'CloudEvent'
  /** A key, or an identity that has the role "EventGrid Data Sender". */
  readonly credential: KeyCredential | TokenCredential
  /**
   * Resource id of the topic, as in TWINSTREAM_EVENT_TOPICS. Event Grid stamps it on events of the EventGrid schema;
   * a CloudEvent keeps the source that its publisher gave, so it is needed there.
   */
  readonly topicId: string
  /** Resource id of the media account; needed where more than one account is the source of a route. */
  readonly account?: string
}

const isLoopback = (endpoint: string): boolean =>
  /^http:\/\/(127(\.\d{1,3}){3}|localhost|\[::1\])(:\d+)?(\/|$)/i.test(endpoint)

type Send = (type: string, subject: string, data: object) => Promise<void>

const sendWith = ({ endpoint, schema, credential, topicId }: LocatorEventSenderOptions): Send => {
  const options = { allowInsecureConnection: isLoopback(endpoint) }
  if (schema === 'CloudEvent') {
    const client = new EventGridPublisherClient(endpoint, 'CloudEvent', credential, options)
    return (type, subject, data) => client.send([{ type, source: topicId, subject, data }])
  }
  const client = new EventGridPublisherClient(endpoint, 'EventGrid', credential, options)
  return (eventType, subject, data) => client.send([{ eventType, subject, dataVersion: '1.0', data }])
}

/**
 * For publishing code: media accounts raise no events for locators, so whoever creates or deletes one says so on a
 * custom topic. An event that is lost only costs time: sweeps find the locator.
 */
export const createLocatorEventSender = (options: LocatorEventSenderOptions): LocatorEventSender => {
  const send = sendWith(options)
  const event = (type: string, locator: PublishedLocator): Promise<void> =>
    send(type, `streamingLocators/${locator.locatorName}`, {
      ...locator,
      ...(options.account === undefined ? {} : { account: options.account }),
    })
  return {
    locatorCreated: locator => event(locatorTypes.created, locator),
    locatorDeleted: locator => event(locatorTypes.deleted, locator),
  }
}
