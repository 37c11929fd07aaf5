import { sweepTimer } from './sweep-timer.ts'

/** Every hour: locators that were withdrawn, or made, without an event. */
sweepTimer('sweepLocators', '0 20 * * * *', () => ['locators'])
