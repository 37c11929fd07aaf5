import { sweepTimer } from './sweep-timer.ts'

/** Every day: what changed silently. */
sweepTimer('sweepFull', '0 0 3 * * *', () => ['full'])
