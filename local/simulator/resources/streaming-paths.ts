/** The paths of a locator, from its policy and the names of its blobs (contract section 7). */
import { isObject, type JsonObject } from '../json.ts'
import { type SchemeName, schemes } from './policy-keys.ts'

const encryptionOf: Readonly<Record<SchemeName, string | undefined>> = {
  noEncryption: undefined,
  envelopeEncryption: 'encryption=cbc',
  commonEncryptionCenc: 'encryption=cenc',
  commonEncryptionCbcs: 'encryption=cbcs-aapl',
}

/** The format that is always shown comes first. */
const protocols = {
  hls: { shown: 'Hls', formats: ['format=m3u8-aapl', 'format=m3u8-cmaf'] },
  dash: { shown: 'Dash', formats: ['format=mpd-time-csf', 'format=mpd-time-cmaf'] },
  smoothStreaming: { shown: 'SmoothStreaming', formats: [undefined] },
} as const

const suffix = (...parts: (string | undefined)[]): string => {
  const named = parts.filter(part => part !== undefined)
  return named.length === 0 ? '' : `(${named.join(',')})`
}

const isManifest = (name: string) => /\.ismc?$/i.test(name)
const isServerManifest = (name: string) => /^[^/]+\.ism$/i.test(name)

/**
 * @param blobs names of the blobs in the asset's container.
 * @param cmaf shows the CMAF formats too.
 */
export const streamingPaths = (
  locatorId: string,
  policy: JsonObject,
  blobs: readonly string[],
  cmaf = false,
): JsonObject => {
  const schemesInOrder = Object.keys(schemes) as SchemeName[]
  const enabled = schemesInOrder.flatMap(name => {
    const scheme = policy[name]
    return isObject(scheme) && isObject(scheme.enabledProtocols) ? [{ name, on: scheme.enabledProtocols }] : []
  })
  const manifests = blobs.filter(isServerManifest)
  const entries = enabled.flatMap(({ name, on }) =>
    Object.entries(protocols)
      .filter(([protocol]) => on[protocol] === true)
      .map(([, { shown, formats }]) => ({
        streamingProtocol: shown,
        encryptionScheme: schemes[name],
        paths: manifests.flatMap(file =>
          formats
            .slice(0, cmaf ? undefined : 1)
            .map(format => `/${locatorId}/${file}/manifest${suffix(format, encryptionOf[name])}`),
        ),
      })),
  )
  const downloads = enabled.some(({ on }) => on.download === true)
  return {
    streamingPaths: entries,
    downloadPaths: downloads ? blobs.filter(name => !isManifest(name)).map(name => `/${locatorId}/${name}`) : [],
  }
}
