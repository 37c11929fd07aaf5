interface ProblemKind {
  readonly status: number
  readonly title: string
  readonly remedy: string
}

/** Problems of the doors. Codes of units keep the cause and remedy of their own catalogue. */
export const problemKinds = {
  BodyInvalid: {
    status: 400,
    title: 'The body is not what this door takes',
    remedy: 'Correct the named fields. Nothing was started.',
  },
  QueryInvalid: {
    status: 400,
    title: 'The query is not what this door takes',
    remedy: 'Correct the named parameters.',
  },
  BodyTooLarge: {
    status: 413,
    title: 'The body is too large',
    remedy: 'Ask for 1000 names at most, or for all. Nothing was started.',
  },
  RouteUnknown: {
    status: 404,
    title: 'There is no such route',
    remedy: 'Use a route of the topology, written from>to. Nothing was started.',
  },
  RouteMissing: {
    status: 409,
    title: 'There is no route in the other direction',
    remedy: 'Add the opposite route to the topology, or keep the source. Nothing was started.',
  },
  AssetUnknown: {
    status: 404,
    title: 'The source account has no such asset',
    remedy: 'Check the names. Nothing was started.',
  },
  AssetNotIncluded: {
    status: 400,
    title: 'The route does not take these assets',
    remedy: 'Look at `include` of the route in the topology. Nothing was started.',
  },
  UnitUnknown: {
    status: 404,
    title: 'There is no such unit',
    remedy: 'Check route, kind and name. A unit is known once an event or a resync has asked for it.',
  },
  OperationUnknown: {
    status: 404,
    title: 'There is no such operation',
    remedy: 'Use the id that the resync answered; operations are removed after some time.',
  },
  OperationNotStoppable: {
    status: 409,
    title: 'The operation cannot be stopped',
    remedy: 'Its units are already asked for. To stop all writing, set the mode of the route to paused.',
  },
  SourceUnavailable: {
    status: 503,
    title: 'The source account does not answer',
    remedy: 'Ask again when the region is back. Nothing was started.',
  },
  Throttled: {
    status: 503,
    title: 'The source account may not be called more often now',
    remedy: 'Ask again later, or for fewer names. Nothing was started.',
  },
  NotAuthorized: {
    status: 502,
    title: 'The source account refuses the identity of the app',
    remedy: 'Let it read the media account, its locators, keys, paths and policies. Nothing was started.',
  },
  LedgerUnavailable: {
    status: 503,
    title: 'The ledger does not answer',
    remedy: 'Ask again. If it stays, look at the storage account of the app.',
  },
  NotReady: {
    status: 503,
    title: 'The app is not ready',
    remedy: 'GET /api/readiness lists the mistakes in its settings, and so does its log.',
  },
  Unexpected: {
    status: 500,
    title: 'Something failed for a reason nobody named',
    remedy: 'Ask again. If it stays, look for this code in the log of the app.',
  },
} as const satisfies Record<string, ProblemKind>

export type ProblemCode = keyof typeof problemKinds
