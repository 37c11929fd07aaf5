/** Which examples are asked for, and where the answer differs from them; FIDELITY.md tells the same. */
export interface Rule {
  readonly why: string
  /** Matched with `example status difference`, or with `operation example`. */
  readonly is: RegExp
}

/** What the simulator does not have. */
export const outOfScope: readonly Rule[] = [
  { why: 'live events and outputs exist only as far as they name assets', is: /^Live(Events|Outputs)_/ },
  { why: 'name availability', is: /^Locations_/ },
  { why: 'private endpoints', is: /^Private/ },
  { why: 'edge policies', is: /ListEdgePolicies/ },
  { why: 'what the provider offers is about no account', is: /^Operations_List/ },
  {
    why: 'managed identities and customer keys',
    is: /accounts-(list-all-accounts|get-by-name)$|create-managed-identity|async-accounts-update|service-operation-result-by-id$/,
  },
]

/** Differences that stay. A rule that meets none fails. */
export const tolerated: readonly Rule[] = [
  {
    why: 'recorded since 2021: resources show systemData, which most examples leave out',
    is: /\.systemData: expected nothing/,
  },
  {
    why: 'recorded: a content key policy is answered 200 even when it is new',
    is: /^content-key-policies-create\S* 201 status: expected 201, got 200$/,
  },
  {
    why: 'recorded since 2020: secrets are shown as null, examples have empty text',
    is: /\.(keyValue|exponent|modulus): expected "", got null$/,
  },
  {
    why: 'recorded: a policy leaves out what is not set; one example shows null, against the specification',
    is: /^content-key-policies-list-all \S+ \S+: expected null, got nothing$/,
  },
  {
    why: 'recorded: a defaulted container is left out of the answer to PUT',
    is: /^assets-create \d+ body\.properties\.container: expected "asset-<id>", got nothing$/,
  },
  {
    why: 'recorded: assets show their storage account',
    is: /^assets-.*storageAccountName: expected nothing/,
  },
  {
    why: 'recorded since 2020: a locator without filters shows none, examples leave the member out',
    is: /^streaming-locators-.*\.filters: expected nothing, got \[\]$/,
  },
  {
    why: 'recorded: the predefined policies are listed like all others',
    is: /^streaming-policies-list 200 body\.items\.Predefined_\w+: expected nothing/,
  },
  {
    why: 'the list of the example goes on, without showing what with',
    is: /^streaming-policies-list 200 body\.@odata\.nextLink: /,
  },
  {
    why: 'the answer of the example has a bracket more than its request',
    is: /^streaming-policies-create-commonEncryptionCenc-only .*widevine\.customLicenseAcquisitionUrlTemplate: /,
  },
  {
    why: 'the addresses in examples of tracks name another track, and the provider twice',
    is: /^asset-tracks-\S+ \d+ headers\.\S+: .*got "<origin>\/subscriptions\/[0-9-]+\/resourcegroups\/contosorg\/providers\/microsoft\.media\/mediaservices\/contosomedia\/assets\/climbingmountrainer\/tracks\/text\d\/operation(statuses|results)\/<id>\?api-version=2022-08-01"$/,
  },
  {
    why: 'recorded: a new job is scheduled',
    is: /^jobs-create 201 body\.properties\.state: expected "Queued", got "Scheduled"$/,
  },
  {
    why: 'recorded: endpoints show what is not set as null',
    is: /^streamingendpoint-.*\.(accessControl|crossSiteAccessPolicies): expected nothing, got null$/,
  },
  {
    why: 'recorded in 2022: an update of an endpoint shows its host and state',
    is: /^streamingendpoint-update \d+ body\.properties\.(cdnProfile|hostName|resourceState|provisioningState): expected (null|"Succeeded")/,
  },
  { why: 'recorded since 2021: endpoints show their sku', is: /^streamingendpoint-.*\.sku: expected nothing/ },
  {
    why: 'the example shows a state that the specification does not have',
    is: /^streamingendpoint-create 201 .*resourceState: expected "Creating"/,
  },
  {
    why: 'the example of the operation location itself shows the endpoint',
    is: /^streamingendpoint-(start|stop) 200 body: expected null/,
  },
  {
    why: 'recorded: accounts show their defaults, examples only what was asked for',
    is: /^(async-accounts-create|accounts-subscription)\S* \d+ \S+: expected nothing, got/,
  },
  {
    why: 'recorded: a new account is there at once',
    is: /^async-accounts-create 201 (headers\.|body\.properties\.provisioningState: )/,
  },
  {
    why: 'the example shows identities and storage that its request does not name',
    is: /^async-accounts-create \d+ body\.(identity(\.|: )|properties\.storageAccounts\.0\.id: )/,
  },
]
