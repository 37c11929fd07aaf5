/** Where the content of a container comes from. */
export interface Mark {
  readonly account: string
  readonly asset: string
}

/** Metadata that marks a container as the twin of an asset; percent-encoded, since metadata is ASCII. */
export const markFor = ({ account, asset }: Mark): Record<string, string> => ({
  twinstream_source: encodeURIComponent(account),
  twinstream_asset: encodeURIComponent(asset),
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
}: Readonly<Record<string, string>>): Mark | undefined => {
  const [account, asset] = [decoded(source), decoded(name)]
  return account === undefined || asset === undefined ? undefined : { account, asset }
}
