import { app } from '../lib/app.ts'
import { plainHttpFunction } from '../lib/durable/runs.ts'
import { trigger } from '../lib/http/triggers.ts'

plainHttpFunction('console', trigger('console'), async () => {
  const { consoleAnswer } = await import('../lib/http/console.ts')
  const { contentSecurityPolicy, html } = await import('../console/page.html')
  return consoleAnswer(html, contentSecurityPolicy, app.state === 'ready' ? app.settings.runbook : '')
})
