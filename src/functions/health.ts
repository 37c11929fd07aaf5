import { app } from '../lib/app.ts'
import { plainHttpFunction } from '../lib/durable/runs.ts'
import { healthAnswer } from '../lib/http/health.ts'

plainHttpFunction('health', { methods: ['GET'], route: 'health', authLevel: 'anonymous' }, async () =>
  healthAnswer(app.state),
)
