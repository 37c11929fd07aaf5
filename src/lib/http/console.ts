import type { HttpResponseInit } from '@azure/functions'
import { noStore } from './problem.ts'

export const consoleType = 'text/html; charset=utf-8'

/**
 * The console: the same page for everybody, without data. What it shows it asks for with the key that is typed in.
 * @param contentSecurityPolicy lets in only the page's own script and style, and calls to this app.
 * @param runbook its address, as the settings give it; anything else is a place that a browser cannot go to.
 */
export const consoleAnswer = (html: string, contentSecurityPolicy: string, runbook: string): HttpResponseInit => ({
  status: 200,
  headers: {
    ...noStore,
    'content-type': consoleType,
    'content-security-policy': contentSecurityPolicy,
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  },
  body: runbook.startsWith('https://')
    ? html.replace('</head>', () => `<meta name="runbook" content="${runbook}">\n</head>`)
    : html,
})
