import * as z from 'zod'
import { withdrawalResults } from '../ledger/ledger.ts'
import { codeField, timeField } from '../status/answers.ts'
import { nameField, routeField } from './fields.ts'
import { pageFields } from './units-query.ts'

/** Locators of one request; each costs some calls while the caller waits. */
const mostLocators = 100

const countRule = `1 to ${mostLocators} names of locators`
/** Body of `POST /api/withdraw`, and what the query of `DELETE /api/withdraw` says. */
export const withdrawBody = z.strictObject(
  {
    route: routeField,
    locators: z
      .array(nameField, { error: countRule })
      .min(1, { error: countRule })
      .max(mostLocators, { error: countRule }),
  },
  { error: 'an object: {route, locators}' },
)

/** Query of `GET /api/withdraw`. */
export const withdrawalsQuery = z.strictObject({ route: routeField, ...pageFields })

const resultField = z
  .enum(withdrawalResults)
  .describe(
    '`withdrawn`: it is off. `absent`: there was none. `notOurs`: it is still there, since this app did not make it. `pending`: it may still be there, since the target did not take the delete; it is made as soon as it does.',
  )

export const withdrawalsAnswer = z.object({
  route: z.string(),
  withdrawals: z.array(z.object({ locator: z.string(), at: timeField, result: resultField })),
  next: z.string().optional().describe('`cursor` of the next page; absent on the last.'),
})

/** Query of `DELETE /api/withdraw`. */
export const liftQuery = z.object({
  route: routeField,
  locator: withdrawBody.shape.locators.describe('Once for each locator.'),
})

/** What became of each locator in the target. */
export const withdrawAnswer = z.object({
  route: z.string(),
  locators: z.array(
    z.object({
      name: z.string(),
      result: resultField,
      asset: z.string().optional(),
      code: codeField.optional(),
    }),
  ),
})

export const liftAnswer = z.object({
  route: z.string(),
  lifted: z.array(z.string()),
  unknown: z.array(z.string()).describe('What was not withdrawn, or was lifted before.'),
})
