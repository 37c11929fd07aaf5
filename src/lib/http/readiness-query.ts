import * as z from 'zod'

export const readinessQuery = z.strictObject({
  format: z
    .enum(['json', 'html'], { error: 'json or html' })
    .optional()
    .describe('Otherwise as `accept` of the request says.'),
})
