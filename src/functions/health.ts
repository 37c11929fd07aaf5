import { app } from '../lib/app.ts'
import { plainHttpFunction } from '../lib/durable/runs.ts'
import { healthAnswer } from '../lib/http/health.ts'
import { trigger } from '../lib/http/triggers.ts'

plainHttpFunction('health', trigger('health'), async () => healthAnswer(app.state))
