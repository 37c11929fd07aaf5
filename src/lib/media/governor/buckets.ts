/** The buckets that calls to media accounts are counted in, and how many an hour each has (contract section 12). */

/** Calls an hour, of one identity in one subscription. Reading the secrets of policies is counted apart. */
export const hourlyCalls = {
  reads: 12_000,
  writes: 1_200,
  deletes: 15_000,
  resourceRequests: 12_000,
  policySecrets: 3_000,
} as const

export type BucketName = keyof typeof hourlyCalls
export const bucketNames = Object.keys(hourlyCalls) as readonly BucketName[]

/** Behind `x-ms-ratelimit-remaining-`. */
const headers: Readonly<Record<string, BucketName>> = {
  'subscription-reads': 'reads',
  'subscription-writes': 'writes',
  'subscription-deletes': 'deletes',
  'subscription-resource-requests': 'resourceRequests',
}

const resourceRequests = new Set([
  'assets.put',
  'assets.delete',
  'streamingLocators.put',
  'streamingLocators.delete',
  'assets.listContainerSas',
  'assets.listStreamingLocators',
])

/**
 * The bucket of an operation, as recorded in 2021; listing content keys is a write.
 *
 * @param told the bucket that an answer named, where there is one: it knows better.
 */
export const bucketOf = (operation: string, told?: string): BucketName => {
  if (operation === 'contentKeyPolicies.getPolicyPropertiesWithSecrets') return 'policySecrets'
  const named = told === undefined ? undefined : headers[told]
  if (named !== undefined) return named
  if (resourceRequests.has(operation)) return 'resourceRequests'
  const action = operation.slice(operation.indexOf('.') + 1)
  if (action === 'get' || action === 'list') return 'reads'
  return action === 'delete' ? 'deletes' : 'writes'
}
