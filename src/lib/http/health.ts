import type { HttpResponseInit } from '@azure/functions'
import manifest from '../../../package.json' with { type: 'json' }
import { json } from './problem.ts'

/** About the app alone, without any call: no reasons, since anybody may ask. */
export const healthAnswer = (state: 'ready' | 'broken'): HttpResponseInit =>
  state === 'ready' ? json(200, { status: 'ok', version: manifest.version }) : json(503, { status: 'broken' })
