import * as z from 'zod'

export const readinessQuery = z.strictObject({
  format: z.enum(['json', 'html']).optional().describe('Otherwise as `accept` of the request says.'),
})
