import { createHash } from 'node:crypto'

/** Tells states of an object apart without keeping them; never of secrets, which a digest of few letters would betray. */
export const digestOf = (json: unknown): string => createHash('sha256').update(JSON.stringify(json)).digest('hex')
