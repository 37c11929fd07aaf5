import { storageError } from './storage-error.ts'
import { attributesOf, XmlError, XmlReader } from './xml.ts'

const tracks = new Set(['video', 'audio', 'textstream'])

/**
 * Names of the files that a server manifest (`.ism`, a SMIL document) needs beside itself: the `src` of its tracks, and
 * its client manifest. In order of appearance, each once.
 * @throws ServiceError `refused` where the text is not a whole XML document.
 */
export const namedFiles = (ismXml: string): string[] => {
  const names = new Set<string>()
  const open = (element: string, text: string): void => {
    const attributes = attributesOf(text)
    const kind = element.toLowerCase().replace(/^.*:/, '')
    const name = tracks.has(kind)
      ? attributes.get('src')
      : kind === 'meta' && attributes.get('name') === 'clientManifestRelativePath'
        ? attributes.get('content')
        : undefined
    if (name) names.add(name)
  }
  const reader = new XmlReader({ open, text: () => {}, close: () => {} })
  try {
    reader.write(new TextEncoder().encode(ismXml))
    reader.end()
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    throw storageError('refused', `The server manifest cannot be read. ${error.message}`)
  }
  return [...names]
}
