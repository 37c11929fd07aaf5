/** Every number the simulated service is bound by, with its source in the contract. */

/** Contract section 9; later versions of the service promise no size. */
export const pageSizes = {
  accountFilters: 1000,
  assets: 1000,
  assetFilters: 1000,
  contentKeyPolicies: 10,
  jobs: 500,
  liveEvents: 1000,
  liveOutputs: 1000,
  streamingEndpoints: 1000,
  streamingLocators: 10,
  streamingPolicies: 10,
  transforms: 1000,
} as const
export type ListName = keyof typeof pageSizes

/** Contract section 10. */
export const quotas = {
  assets: 1_000_000,
  assetFilters: 100,
  accountFilters: 100,
  contentKeyPolicyOptions: 30,
  jobOutputs: 20,
  locatorsPerAsset: 100,
  streamingEndpoints: 2,
  streamingPolicies: 100,
  streamingUnits: 50,
  transforms: 100,
} as const

/** Calls an hour, by subscription and principal (contract section 12). */
export const hourlyCalls = {
  reads: 12_000,
  writes: 1_200,
  deletes: 15_000,
  resourceRequests: 12_000,
  policySecrets: 3_000,
} as const
export type Bucket = keyof typeof hourlyCalls

export const names = {
  longest: 260,
  /** Contract section 5. */
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what the service forbids
  forbidden: /[<>%&:\\?/*+.'\u0000-\u001f\u007f]/,
  account: /^[a-z0-9]{3,24}$/,
  streamingEndpoint: /^(?=.{1,24}$)[a-zA-Z0-9]+(-*[a-zA-Z0-9])*$/,
  /** Azure Blob Storage's own rule: 3 to 63 characters, single hyphens inside. */
  container: /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/,
} as const

export const longestSas = { milliseconds: 24 * 60 * 60_000 } as const
export const largestBody = 8 * 1024 * 1024
