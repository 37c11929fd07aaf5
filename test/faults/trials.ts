/** Mistakes that break a promise, each with a history in which a watcher has to see it. */
import type { Break } from './breaking.ts'
import type { Step } from './history.ts'

const upload: Step = { do: 'upload', asset: 'film', told: true }
const publish = (protection: 'clear' | 'aes', filtered = false): Extract<Step, { do: 'publish' }> => ({
  do: 'publish',
  locator: 'l1',
  asset: 'film',
  protection,
  filtered,
  told: true,
})
const leave = (what: 'file' | 'filter' | 'locator'): Step => ({ do: 'leave', what, asset: 'film' })
const resync: Step = { do: 'resync', all: true, dryRun: false }
const rest: Step = { do: 'rest', most: 60_000 }

const noRemoval: Break = {
  file: 'src/lib/replicate/remove-policy.ts',
  right: '    if (mark !== undefined) await remove(pair, unit)\n',
  wrong: '    void remove\n',
}

export interface Trial {
  readonly what: string
  readonly seen: RegExp
  readonly breaks: readonly Break[]
  readonly deletes?: 'assets'
  readonly steps: readonly Step[]
}

export const trials: readonly Trial[] = [
  {
    what: 'P1: filters of an asset are not written',
    // The app goes on trying until the bound in which B has to become A.
    seen: /^P3: .*asset film: filter start/,
    breaks: [
      {
        file: 'src/lib/replicate/publish-filters.ts',
        right: 'const source = await pair.source.assetFilters(asset)',
        wrong: 'const source: readonly Filter[] = []',
      },
    ],
    steps: [upload, { do: 'assetFilter', asset: 'film', exists: true }, publish('clear'), rest],
  },
  {
    what: 'P1: a file that A has dropped stays',
    seen: /^P3: .*asset film: blob words.vtt is only in B/,
    breaks: [
      {
        file: 'src/lib/storage/compare.ts',
        right: "if (difference.kind === 'extra' && isOurs(difference.target)) surplus++",
        wrong: '',
      },
    ],
    steps: [upload, publish('clear'), rest, { do: 'drop', asset: 'film' }, rest],
  },
  {
    what: 'P3: a key policy and an account filter that A has deleted stay',
    seen: /^P3: .*content key policy viewers is only in B; account filter low is only in B/,
    breaks: [noRemoval],
    steps: [
      { do: 'keyPolicy', exists: true },
      { do: 'accountFilter', exists: true },
      resync,
      rest,
      { do: 'keyPolicy', exists: false },
      { do: 'accountFilter', exists: false },
      resync,
      rest,
    ],
  },
  {
    what: 'P3: a streaming policy that A has deleted stays',
    seen: /^P3: .*streaming policy token-aes is only in B/,
    breaks: [noRemoval],
    steps: [
      { do: 'streamingPolicy', exists: true },
      resync,
      rest,
      { do: 'streamingPolicy', exists: false },
      resync,
      rest,
    ],
  },
  {
    what: 'P2: in a burst under a live locator manifests come first',
    seen: /^P2: locator l1 of film shows/,
    breaks: [{ file: 'src/lib/storage/copy-round.ts', right: 'of [0, 1, 2])', wrong: 'of [2, 1, 0])' }],
    // Between one file of the burst and the next the watcher looks.
    steps: [
      upload,
      publish('clear'),
      rest,
      {
        do: 'fault',
        rule: { account: 'west', plane: 'storage', operation: 'PutBlockList', kind: 'latency', milliseconds: 400 },
      },
      upload,
      rest,
    ],
  },
  {
    what: 'P2: locators are made before the files are copied',
    seen: /^P2: locator l1 of film shows/,
    breaks: [
      { file: 'src/lib/replicate/publish.ts', right: 'if (!equal) {', wrong: 'if (false) {' },
      {
        file: 'src/lib/durable/orchestrators/replicate-asset.ts',
        right: "const copied = yield* step(context, steps, 'copyFiles', {",
        wrong:
          "yield* step(context, steps, 'publishTwin', { ...pass, source, target, listing, locators }); const copied = yield* step(context, steps, 'copyFiles', {",
      },
    ],
    steps: [
      {
        do: 'fault',
        rule: { account: 'west', plane: 'storage', operation: 'CopyBlobFromUrl', kind: 'latency', milliseconds: 400 },
      },
      upload,
      publish('clear'),
      rest,
    ],
  },
  {
    what: 'P5: an asset of A is written to',
    seen: /^P5: PUT assets\/film in A/,
    breaks: [
      {
        file: 'src/lib/pairs.ts',
        right: "sided(reader(route.from, caller), 'source')",
        wrong: "sided(createArmWriter(found(route.from), options(route.from, caller)), 'source')",
      },
      {
        file: 'src/lib/replicate/make-locator.ts',
        right: 'await pair.target.putLocator(source.name, bodyOf(source, keys))',
        wrong:
          "await pair.target.putLocator(source.name, bodyOf(source, keys)); await pair.source.putAsset(source.assetName, { description: '' })",
      },
    ],
    steps: [upload, publish('clear'), rest],
  },
  {
    what: "P5: a stranger's file on a twin goes like one that A has dropped",
    seen: /^P5: file on film, a stranger's in B, was changed/,
    breaks: [
      {
        file: 'src/lib/storage/surplus.ts',
        right: "if (difference.kind !== 'extra' || !isOurs(difference.target)) continue",
        wrong: "if (difference.kind !== 'extra') continue",
      },
    ],
    steps: [upload, publish('clear'), rest, leave('file'), { do: 'drop', asset: 'film' }, resync, rest],
  },
  {
    what: "P5: a stranger's filter on a twin goes",
    seen: /^P5: filter on film, a stranger's in B, was changed/,
    breaks: [
      {
        file: 'src/lib/replicate/publish-filters.ts',
        right: 'dropped: [...ours].filter(one => !names.has(one))',
        wrong: 'dropped: [...target.keys()].filter(one => !names.has(one))',
      },
    ],
    steps: [
      upload,
      { do: 'assetFilter', asset: 'film', exists: true },
      publish('clear'),
      rest,
      leave('filter'),
      upload,
      rest,
    ],
  },
  {
    what: "P5: a stranger's asset is taken for ours by its name",
    seen: /^P5: .* in B, where somebody else had made it or its asset/,
    breaks: [
      {
        file: 'src/lib/replicate/owner.ts',
        right: "return { claim: permissions.adopt ? 'adopting' : 'foreign' }",
        wrong: "return { claim: 'adopting' }",
      },
    ],
    steps: [
      { do: 'takeName', what: 'asset' },
      { do: 'upload', asset: 'news', told: true },
      { ...publish('clear'), asset: 'news' },
      rest,
    ],
  },
  {
    what: "P5: a stranger's key policy is taken for ours by its name",
    seen: /^P5: key policy viewers, a stranger's in B, was changed/,
    breaks: [
      {
        file: 'src/lib/replicate/policy-owner.ts',
        right: '!exists || isOwned(input.facts.owner) || input.permissions.adopt === true',
        wrong: 'true',
      },
    ],
    steps: [{ do: 'takeName', what: 'keyPolicy' }, upload, publish('aes'), rest],
  },
  {
    what: 'P6: the value of a content key is logged',
    seen: /^P6: content key/,
    breaks: [
      {
        file: 'src/lib/replicate/make-locator.ts',
        right: 'await pair.target.putLocator(source.name, bodyOf(source, keys))',
        wrong:
          'console.log(keys.map(key => key.value.reveal())); await pair.target.putLocator(source.name, bodyOf(source, keys))',
      },
    ],
    steps: [upload, publish('aes'), rest],
  },
  {
    what: 'P7: a sweep asks for what is in sync',
    seen: /^P7: in sync, and a sweep started/,
    breaks: [
      {
        file: 'src/lib/sweep/wanted.ts',
        right: "return row?.outcome !== 'inSync' || adopts",
        wrong: 'return true',
      },
      // Six comparisons in seven only look at lists.
      { file: 'src/lib/sweep/glance.ts', right: "operation.kind === 'full' &&", wrong: 'false &&' },
    ],
    steps: [upload, publish('clear'), rest],
  },
  {
    what: 'P10: a locator is withdrawn without asking A for it',
    seen: /^P10: streaminglocators\/l1 was deleted in B/,
    breaks: [
      {
        file: 'src/lib/replicate/withdraw.ts',
        right: 'const source = await pair.source.locator(name)',
        wrong: 'const source = undefined',
      },
    ],
    // What was made a moment ago may be taken back: it has to be read again first.
    steps: [
      upload,
      publish('clear'),
      rest,
      { do: 'resync', all: true, dryRun: false },
      rest,
      { do: 'unpublish', locator: 'l1', told: false },
    ],
  },
  {
    what: 'P10: a locator that A has is withdrawn while its files change, and made again',
    seen: /^P10: streaminglocators\/l1 was deleted in B, where A had last answered 200/,
    breaks: [
      {
        file: 'src/lib/durable/survey-activity.ts',
        right: 'const withdraw = writes ? survey.withdraw : []',
        wrong: 'const withdraw = writes ? (survey.live ? (survey.facts.locators ?? []) : survey.withdraw) : []',
      },
      {
        file: 'src/lib/replicate/withdraw.ts',
        right: 'if (!stays) gone.push(name)',
        wrong: 'gone.push(name)',
      },
    ],
    steps: [upload, publish('clear'), rest, { do: 'resync', all: true, dryRun: false }, rest, upload, rest],
  },
  {
    what: 'P10: a locator that is there when it is made goes first, which a second execution meets',
    seen: /^P10: streaminglocators\/l1 was deleted in B, where A had last answered 200/,
    breaks: [
      {
        file: 'src/lib/replicate/make-locator.ts',
        right: 'await pair.target.putLocator(source.name, bodyOf(source, keys))',
        wrong:
          'if ((await pair.target.locator(source.name)) !== undefined) await pair.target.deleteLocator(source.name); await pair.target.putLocator(source.name, bodyOf(source, keys))',
      },
    ],
    // Where steps run once there is none when it is made.
    steps: [{ do: 'double', rule: { probability: 1, seed: 1, latest: 0 } }, upload, publish('clear'), rest],
  },
  {
    what: 'P10: a locator that is replaced goes once more, which a second execution meets',
    seen: /^P10: streaminglocators\/l1 was deleted in B, where A had last answered 200/,
    breaks: [
      {
        file: 'src/lib/replicate/make-locator.ts',
        right: 'const now = await pair.target.locator(twin.name)',
        wrong: 'const now: Locator | undefined = twin',
      },
    ],
    // One of the executions comes to its delete late.
    steps: [
      upload,
      publish('aes'),
      rest,
      {
        do: 'fault',
        rule: {
          ...{ account: 'west', plane: 'control', operation: 'StreamingLocators_ListContentKeys' },
          ...{ kind: 'latency', milliseconds: 2000, count: 1 },
        },
      },
      { do: 'double', rule: { probability: 1, seed: 1, latest: 0 } },
      { do: 'republish', locator: 'l1', told: true },
      rest,
    ],
  },
  {
    what: 'P10: a filter goes on the word of a list',
    seen: /^P10: assets\/film\/assetfilters\/start was deleted in B, where A had last answered nothing/,
    breaks: [
      {
        file: 'src/lib/replicate/publish-filters.ts',
        right: 'if ((await pair.source.assetFilter(asset, name)) === undefined) gone.push(name)',
        wrong: 'gone.push(name)',
      },
    ],
    steps: [
      upload,
      { do: 'assetFilter', asset: 'film', exists: true },
      publish('clear'),
      rest,
      { do: 'assetFilter', asset: 'film', exists: false },
      upload,
      rest,
    ],
  },
  {
    what: 'P10: a title goes as soon as A has lost it',
    seen: /^P10: assets\/film was deleted in B, which A had lacked for \d+ ms/,
    breaks: [{ file: 'src/lib/replicate/remove-asset.ts', right: 'if (until <= now) return', wrong: 'return' }],
    deletes: 'assets',
    steps: [upload, rest, { do: 'delete', asset: 'film' }, resync, rest],
  },
  {
    what: 'P10: files go that A still has',
    seen: /^P10: asset film file \S+ was deleted in B, and A had it all the time/,
    breaks: [
      {
        file: 'src/lib/storage/surplus.ts',
        right: "diffListings(listPages(source, { side: 'source' }),",
        wrong: 'diffListings((async function* () {})(),',
      },
      {
        file: 'src/lib/replicate/publish.ts',
        right: 'if (listing.surplus === 0) return listing',
        wrong: 'if (globalThis.once === true) return listing; globalThis.once = true',
      },
    ],
    steps: [upload, publish('clear'), rest],
  },
]
