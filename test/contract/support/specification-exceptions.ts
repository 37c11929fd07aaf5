/** Where answers break the published schemas, because the service itself did; FIDELITY.md tells the same. */
export interface GivenAnswer {
  readonly operation: string
  readonly apiVersion: string | null
  readonly status: number
  readonly response: unknown
}

export interface SchemaException {
  readonly why: string
  readonly when: (answer: GivenAnswer, problem: string) => boolean
}

const isBefore = (version: string, { apiVersion }: GivenAnswer) => apiVersion !== null && apiVersion < version

export const exceptions: readonly SchemaException[] = [
  {
    why: 'streaming endpoints show what is not set as null (recorded; contract section 6.9)',
    when: ({ operation }, problem) => operation.startsWith('StreamingEndpoints_') && problem.endsWith(': null'),
  },
  {
    why: 'polled operations show an error message of null (recorded; contract section 6.9)',
    when: ({ operation }, problem) => operation.endsWith('_AsyncOperation') && problem === 'error/message: null',
  },
  {
    why: 'an operation that deleted its resource has nothing to show',
    when: ({ operation }, problem) => operation.endsWith('_OperationLocation') && problem.includes('body is missing'),
  },
  {
    why: 'PATCH of an account is answered 200 (recorded in 2023; contract section 2)',
    when: ({ operation, status }) => operation === 'Mediaservices_Update' && status === 200,
  },
  {
    why: 'tags of an account that were never set were null at first (recorded)',
    when: (answer, problem) =>
      answer.operation.startsWith('Mediaservices_') && isBefore('2018-03', answer) && problem.endsWith('tags: null'),
  },
  {
    why: 'versions of 2018 leave secrets of content key policies out (recorded)',
    when: (answer, problem) =>
      answer.operation.startsWith('ContentKeyPolicies_') &&
      isBefore('2019', answer) &&
      /\/(exponent|modulus|rawBody|keyValue|ask|fairPlayPfx|fairPlayPfxPassword): missing$/.test(problem),
  },
  {
    why: 'versions of 2018 accept a new streaming endpoint with 202 (recorded)',
    when: (answer, problem) =>
      answer.operation === 'StreamingEndpoints_Create' &&
      isBefore('2019', answer) &&
      problem === 'status 202 is not specified',
  },
  {
    why: 'versions of 2018 call an encoding Basic (recorded)',
    when: (answer, problem) =>
      answer.operation.startsWith('LiveEvents_') &&
      isBefore('2019', answer) &&
      problem.endsWith('encodingType: Basic is not in the enum'),
  },
  {
    why: 'the switch acceptUnknownTypes plays a service that is newer than its specification',
    when: ({ operation }, problem) =>
      operation.startsWith('ContentKeyPolicies_') &&
      /its kind is not specified$|\/(configuration|restriction)\/[^/]+: not specified$/.test(problem),
  },
]
