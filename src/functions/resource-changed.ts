import { app } from '../lib/app.ts'
import { eventGridFunction } from '../lib/durable/runs.ts'
import { eventHandler } from './receive-event.ts'

/** Target of the subscriptions to the resource groups of media accounts. */
eventGridFunction('resourceChanged', eventHandler(app, 'resourceChanged'))
