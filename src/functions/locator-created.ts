import { app } from '../lib/app.ts'
import { eventGridFunction } from '../lib/durable/runs.ts'
import { eventHandler } from './receive-event.ts'

/** Target of the subscriptions to the publishers' topics. */
eventGridFunction('locatorCreated', eventHandler(app, 'locatorCreated'))
