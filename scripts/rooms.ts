/**
 * Which room of the house may import from which (CONTRIBUTING, "The house"). A room is the first entry here whose path
 * a file's path starts with; a file may always import from its own room.
 */
interface Room {
  readonly path: string
  /** Rooms it may import from, by path. */
  readonly rooms: readonly string[]
}

const words = [
  'src/lib/model.ts',
  'src/lib/once.ts',
  'src/lib/codes.ts',
  'src/lib/readiness-codes.ts',
  'src/lib/redact.ts',
  'src/lib/secret.ts',
  'src/lib/service-error.ts',
  'src/lib/timing.ts',
]
const ports = ['src/lib/media/', 'src/lib/storage/', 'src/lib/ledger/']
const work = ['src/lib/replicate/', 'src/lib/sweep/', 'src/lib/status/']
/** Know nothing of the work: settings, events, what is logged. */
const leaves = ['src/lib/config/', 'src/lib/events/', 'src/lib/telemetry/']
const compositionRoot = ['src/lib/app.ts', 'src/lib/whole.ts', 'src/lib/pairs.ts']

const rooms: readonly Room[] = [
  ...words.map(path => ({ path, rooms: words })),
  { path: 'src/lib/config/', rooms: words },
  { path: 'src/lib/events/', rooms: words },
  { path: 'src/lib/telemetry/', rooms: words },
  { path: 'src/lib/media/', rooms: words },
  { path: 'src/lib/storage/', rooms: words },
  { path: 'src/lib/ledger/', rooms: words },
  { path: 'src/lib/replicate/', rooms: [...words, ...ports] },
  { path: 'src/lib/sweep/', rooms: [...words, ...ports, 'src/lib/replicate/'] },
  { path: 'src/lib/status/', rooms: [...words, ...ports, 'src/lib/sweep/'] },
  {
    path: 'src/lib/durable/orchestrators/',
    rooms: [...words, 'src/lib/durable/activities.ts', 'src/lib/durable/steps.ts', 'src/lib/durable/orchestration.ts'],
  },
  {
    path: 'src/lib/durable/',
    rooms: [...words, ...ports, ...work, 'src/lib/durable/orchestrators/', 'src/lib/telemetry/'],
  },
  { path: 'src/lib/http/', rooms: [...words, ...ports, ...work, ...leaves, 'package.json'] },
  ...compositionRoot.map(path => ({
    path,
    rooms: [...words, ...ports, ...work, ...leaves, ...compositionRoot, 'src/lib/durable/', 'package.json'],
  })),
  {
    path: 'src/functions/',
    rooms: [
      ...[...words, ...work, ...leaves, 'src/lib/ledger/', 'src/lib/http/', 'src/lib/durable/', 'src/lib/app.ts'],
      'src/console/page.html',
    ],
  },
  // Runs in a browser: of the app it knows the types of answers only.
  { path: 'src/console/', rooms: ['src/lib/status/', 'src/lib/http/'] },
  // Evidence about what the app did: it shares nothing with it.
  { path: 'local/compare/', rooms: ['local/stack/arm.ts'] },
  { path: 'local/prove/', rooms: ['local/compare/', 'local/parent.ts', 'local/stack/arm.ts'] },
  { path: 'local/stack/arm.ts', rooms: [] },
  // Written from what is known of the service: it tests the app and shares nothing with it.
  { path: 'local/simulator/', rooms: ['local/azurite.ts', 'local/parent.ts'] },
  { path: 'local/replay/', rooms: ['local/simulator/'] },
  // The local ground is written independently of what it tests: it shares the settings, the words and the sender only.
  {
    path: 'local/',
    rooms: [
      ...['local/compare/', 'local/simulator/', 'local/stack/arm.ts'],
      ...['src/lib/config/', 'src/lib/events/', 'src/lib/model.ts', 'src/lib/codes.ts', 'rolldown.config.ts'],
      'infra/media/actions.json',
    ],
  },
  {
    path: 'bench/',
    rooms: ['src/', 'local/', 'test/unit/storage/support/', 'rolldown.config.ts', 'scripts/console-page.ts'],
  },
  {
    path: 'scripts/',
    rooms: [
      ...['src/lib/config/', 'src/lib/codes.ts', 'src/lib/readiness-codes.ts', 'src/lib/http/openapi.ts'],
      'src/lib/telemetry/catalogue.ts',
    ],
  },
  { path: 'test/', rooms: ['src/', 'local/', 'scripts/', 'bench/', 'infra/'] },
]

/** Packages that only these files may import. */
const guardedPackages: readonly (readonly [name: RegExp, files: readonly string[]])[] = [
  [/^durable-functions/, ['src/lib/durable/runs.ts', 'test/']],
  [/^@azure\/functions$/, ['src/lib/durable/runs.ts', 'src/lib/http/', 'src/functions/', 'test/']],
  [/^@azure\/arm-mediaservices/, ['src/lib/media/arm/', 'test/']],
]

/** Why `from` may not import `to`, or undefined where it may. Paths are relative to the root, packages by name. */
export const refusal = (from: string, to: string, isPackage: boolean): string | undefined => {
  if (isPackage) {
    const guarded = guardedPackages.find(([name]) => name.test(to))
    if (guarded !== undefined && !guarded[1].some(path => from.startsWith(path)))
      return `only ${guarded[1].join(', ')} may`
    return from.startsWith('src/lib/durable/orchestrators/') ? 'orchestrators import no package' : undefined
  }
  const room = rooms.find(({ path }) => from.startsWith(path))
  if (room === undefined) return from.includes('/') ? 'its folder is not in scripts/rooms.ts' : undefined
  const ownRoom = to.startsWith(room.path) && rooms.find(({ path }) => to.startsWith(path)) === room
  return ownRoom || room.rooms.some(path => to.startsWith(path)) ? undefined : `${room.path} may not import from there`
}
