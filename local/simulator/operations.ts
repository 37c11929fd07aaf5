/** All operations of the simulated service. */
import { accountOperations, accountRootOperations } from './resources/accounts.ts'
import { assetOperations } from './resources/assets.ts'
import { contentKeyPolicyOperations } from './resources/content-key-policies.ts'
import { filterOperations } from './resources/filters.ts'
import { jobOperations } from './resources/jobs.ts'
import { liveEventOperations } from './resources/live-events.ts'
import { liveOutputOperations } from './resources/live-outputs.ts'
import { streamingEndpointOperations } from './resources/streaming-endpoints.ts'
import { streamingLocatorOperations } from './resources/streaming-locators.ts'
import { streamingPolicyOperations } from './resources/streaming-policies.ts'
import { transformOperations } from './resources/transforms.ts'
import type { Operation } from './router.ts'
import { trackOperations } from './tracks/tracks.ts'

export const operations: readonly Operation[] = [
  ...accountRootOperations,
  ...accountOperations,
  ...assetOperations,
  ...trackOperations,
  ...filterOperations,
  ...contentKeyPolicyOperations,
  ...streamingPolicyOperations,
  ...streamingLocatorOperations,
  ...streamingEndpointOperations,
  ...transformOperations,
  ...jobOperations,
  ...liveEventOperations,
  ...liveOutputOperations,
]
