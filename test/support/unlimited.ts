import type { Governor } from '../../src/lib/media/governor/governor.ts'

/** Lets every call through. */
export const unlimited: Pick<Governor, 'gate'> = { gate: () => async () => async () => {} }
