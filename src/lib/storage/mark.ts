/** Where the content of a container comes from, and what was published of it. */
export interface Mark {
  readonly account: string
  readonly asset: string
  /** Id of the account of that name that the content was copied from. */
  readonly sourceAccount?: string
  /** Ids of the locators that we made on it; lower case. */
  readonly locators?: readonly string[]
}

/**
 * Metadata of a container is 8 KB at most, and the names above take up to 2: this is more than twice the locators that
 * an asset may have. Of more, the last ones are kept.
 */
const mostLocators = 220

const guid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** A third shorter than its usual form. */
const packed = (id: string): string => Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')

const unpacked = (text: string): string =>
  Buffer.from(text, 'base64url')
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

/** Metadata that marks a container as the twin of an asset; percent-encoded, since metadata is ASCII. */
export const markFor = ({ account, asset, sourceAccount, locators }: Mark): Record<string, string> => ({
  twinstream_source: encodeURIComponent(account),
  twinstream_asset: encodeURIComponent(asset),
  ...(sourceAccount === undefined ? {} : { twinstream_account: encodeURIComponent(sourceAccount) }),
  ...(locators === undefined
    ? {}
    : {
        // A value is never empty.
        twinstream_locators: `.${locators
          .filter(id => guid.test(id))
          .slice(-mostLocators)
          .map(packed)
          .join('.')}`,
      }),
})

const decoded = (text: string | undefined): string | undefined => {
  if (!text) return undefined
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** The mark in a container's metadata, or undefined where there is none that makes sense. */
export const readMark = ({
  twinstream_source: source,
  twinstream_asset: name,
  twinstream_account: from,
  twinstream_locators: made,
}: Readonly<Record<string, string>>): Mark | undefined => {
  const [account, asset, sourceAccount] = [decoded(source), decoded(name), decoded(from)]
  if (account === undefined || asset === undefined) return undefined
  return {
    account,
    asset,
    ...(sourceAccount === undefined ? {} : { sourceAccount }),
    ...(made === undefined
      ? {}
      : {
          locators: made
            .split('.')
            .map(unpacked)
            .filter(id => guid.test(id)),
        }),
  }
}

/** Names of the metadata that marks are made of. */
export const markNames: readonly string[] = Object.keys(
  markFor({ account: '', asset: '', sourceAccount: '', locators: [] }),
)
