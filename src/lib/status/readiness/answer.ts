/** What `GET /api/readiness` answers: dated evidence of whether a failover would work now. No key, no token, no secret. */
import * as z from 'zod'
import { routeModes } from '../../model.ts'
import { countField, explanationFields, timeField } from '../answers.ts'

/** The best one first. */
export const verdicts = ['ready', 'limited', 'notReady'] as const
export type Verdict = (typeof verdicts)[number]

const verdictField = z
  .enum(verdicts)
  .describe('`notReady`: players would find nothing; `limited`: some would, or nobody knows; `ready`.')

export const weights = ['stops', 'limits', 'note'] as const
export type Weight = (typeof weights)[number]

const reasonAnswer = z.object({
  ...explanationFields,
  weight: z.enum(weights).describe('`stops` makes the verdict `notReady`, `limits` makes it `limited`.'),
  detail: z.string().optional(),
  names: z.array(z.string()).optional().describe('What is concerned, the first of it.'),
  runbook: z.string().describe('Address of its section of the runbook.'),
})
export type ReasonAnswer = z.infer<typeof reasonAnswer>

const reaches = ['answers', 'partly', 'silent'] as const
const reachFields = {
  account: z.string(),
  control: z.enum(reaches).describe('The media account.'),
  storage: z.enum(reaches).describe('The storage accounts that the route maps.'),
}

const endpointAnswer = z.object({
  name: z.string(),
  state: z.string().describe('As the service says, e.g. `Running`.'),
  scaleUnits: countField,
  host: z.string(),
  customHosts: z.array(z.string()),
  cdn: z.boolean(),
})

export const quotaNames = ['assets', 'streamingPolicies', 'accountFilters', 'locatorsOfAsset'] as const
const quotaAnswer = z.object({
  quota: z.enum(quotaNames),
  used: countField,
  atLeast: z.boolean().optional().describe('There may be more than were counted.'),
  limit: countField,
})

const keyDeliveryAnswer = z.object({
  restricted: z.boolean().describe('Only listed addresses get keys and licences.'),
  allowed: countField.describe('How many addresses and ranges are listed.'),
  asSource: z.boolean().optional().describe('The source has the same access control; absent where it does not answer.'),
})

const urlAnswer = z.object({
  kind: z.enum(['streamingPolicy', 'contentKeyPolicy']),
  name: z.string(),
  field: z.string(),
  host: z.string().optional().describe('Absent where the service fills in its own.'),
  code: z.enum(['UrlRegionBound', 'KeyUrlFixed']).optional().describe('Absent where nothing is wrong with it.'),
})

const targetAnswer = z.object({
  ...reachFields,
  endpoints: z.array(endpointAnswer).optional().describe('Streaming endpoints; absent where nobody could ask.'),
  keyDelivery: keyDeliveryAnswer.optional(),
  quotas: z.array(quotaAnswer),
  urls: z.array(urlAnswer).describe('Licence, key and discovery URLs of policies.'),
})

export const proofs = ['proven', 'answered', 'failed', 'notAsked'] as const
const partAnswer = z.object({
  result: z
    .enum(proofs)
    .describe('`answered`: something is there, and only a player with a token or a licence request can prove more.'),
  status: z.number().int().optional().describe('HTTP status; absent where nothing answered.'),
  milliseconds: z.number().nonnegative().optional(),
  detail: z.string().optional(),
  host: z.string().optional().describe('That was not asked, since neither the account nor the settings name it.'),
})

/** One title as a player in front of the target finds it. */
const titleAnswer = z.object({
  asset: z.string(),
  locator: z.string(),
  why: z.enum(['canary', 'newest', 'sample']).describe('Why this one was asked for.'),
  path: z.string().optional().describe('Of the manifest, the same on every origin.'),
  manifest: partAnswer,
  segment: partAnswer,
  key: partAnswer.describe(
    'A key that is open to everybody is compared with that of the locator; the value is not shown.',
  ),
})
export type TitleAnswer = z.infer<typeof titleAnswer>
export type PartAnswer = z.infer<typeof partAnswer>

const canaryAnswer = z.object({
  asset: z.string(),
  probed: z.string().describe('Locator that probes ask for; it is never touched.'),
  rebuilt: z.string().describe('Locator that is taken off the target every day, and put back by an ordinary pass.'),
  manifestPath: z.string().optional().describe('What probes of origins are to ask for.'),
  keyPath: z
    .string()
    .optional()
    .describe('What probes of key delivery are to ask for; absent for a title without keys.'),
  since: timeField.optional().describe('When it was first looked at.'),
  lastStartedAt: timeField.optional().describe('When its locator was last taken off the target.'),
  lastRebuiltAt: timeField.optional().describe('When a pass had last put it back and proven it.'),
  lagSeconds: z
    .number()
    .nonnegative()
    .optional()
    .describe('From the request to the locator being proven in the target.'),
  code: explanationFields.code.optional().describe('Why it was not rebuilt when it was last due.'),
})

const routeReadiness = z.object({
  route: z.string(),
  mode: z.enum(routeModes),
  verdict: verdictField,
  reasons: z.array(reasonAnswer),
  source: z.object(reachFields),
  target: targetAnswer,
  units: z.object({
    unverified: countField.describe('Not proven equal since they were last asked for.'),
    blocked: countField.describe('Waiting for a person, or for a change in the source.'),
    atLeast: z.boolean().describe('There are more than were counted.'),
    codes: z
      .array(z.object({ code: explanationFields.code, count: countField }))
      .describe('Both by the code that they were last closed with, most first.'),
  }),
  lagSeconds: z.number().nonnegative().describe('Age of the oldest open request; 0 where there is none.'),
  comparison: z
    .object({ lastSuccessAt: timeField.optional(), ageSeconds: z.number().nonnegative().optional() })
    .describe('The last full comparison of both accounts.'),
  titles: z.array(titleAnswer),
  canary: canaryAnswer.optional(),
})
export type RouteReadiness = z.infer<typeof routeReadiness>

/** Would a failover work now? */
export const readinessAnswer = z.object({
  at: timeField.describe('When this was found out.'),
  version: z.string().describe('Of the app.'),
  seconds: z.number().nonnegative().describe('How long finding it out took.'),
  verdict: verdictField.describe('The worst of all routes.'),
  routes: z.array(routeReadiness),
})
export type ReadinessAnswer = z.infer<typeof readinessAnswer>
