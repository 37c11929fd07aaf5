/** `npm run compare`: whether one account is the twin of another, by a look at both that takes nothing from the app. */
import { openAccounts } from './accounts.ts'
import { type Comparison, compareAccounts } from './compare.ts'
import { StorageError } from './container.ts'
import type { Progress } from './context.ts'
import { type Options, readOptions, UsageError, usage } from './options.ts'
import { Unreadable } from './patience.ts'

const progressEvery = 2000

/** One line now and then, on stderr, so that a long run is seen to go on. */
const progressLine = () => {
  let last = performance.now()
  return ({ kind, done, total, bytes, differences }: Progress) => {
    const now = performance.now()
    if (now - last < progressEvery) return
    last = now
    const read = bytes === 0 ? '' : `, ${(bytes / 1e6).toFixed(0)} MB of files`
    console.error(`${kind} ${done} of ${total}${read}, ${counted(differences, 'difference')} so far`)
  }
}

/** E.g. `1 asset`. */
const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const report = (comparison: Comparison, { from, to, json }: Options): void => {
  const { differences, extras, assets, locators } = comparison
  if (json) {
    process.stdout.write(`${JSON.stringify({ same: differences.length === 0, ...comparison }, null, 2)}\n`)
    return
  }
  for (const line of [...differences, ...extras.map(extra => `(${extra})`)]) process.stdout.write(`${line}\n`)
  const [blobs, bytes] = [
    assets.reduce((sum, asset) => sum + asset.blobs, 0),
    assets.reduce((sum, asset) => sum + asset.bytes, 0),
  ]
  const policies = comparison.contentKeyPolicies.length + comparison.streamingPolicies.length
  const seen = [
    counted(assets.length, 'asset'),
    `${counted(blobs, 'file')} (${(bytes / 1e6).toFixed(1)} MB)`,
    counted(locators.length, 'locator'),
    policies === 1 ? '1 policy' : `${policies} policies`,
    counted(comparison.accountFilters.length, 'account filter'),
  ].join(', ')
  const verdict = differences.length === 0 ? `${to} is the twin of ${from}` : counted(differences.length, 'difference')
  process.stdout.write(`${verdict}: ${seen}\n`)
}

const run = async (options: Options): Promise<number> => {
  const { a, b, rewriteUrls } = await openAccounts(options, process.env)
  const comparison = await compareAccounts(a, b, {
    labels: [options.from, options.to],
    prefix: options.prefix,
    trustMd5: options.trustMd5,
    rewriteUrls,
    onProgress: progressLine(),
  })
  report(comparison, options)
  return comparison.differences.length === 0 ? 0 : 1
}

const main = async (): Promise<number> => {
  try {
    const options = readOptions(process.argv.slice(2))
    if (options !== undefined) return await run(options)
    process.stdout.write(usage)
    return 0
  } catch (error) {
    if (error instanceof UsageError) console.error(`compare: ${error.message}\n\n${usage}`)
    else if (error instanceof Unreadable || error instanceof StorageError) console.error(`compare: ${error.message}`)
    else throw error
    return 2
  }
}

process.exitCode = await main()
