import { storageError } from './storage-error.ts'
import { readXml, XmlError } from './xml.ts'
import { attributesOf } from './xml-text.ts'

const tracks = new Set(['video', 'audio', 'textstream'])

/**
 * Names of the files that a server manifest (`.ism`, a SMIL document) needs beside itself: the `src` of its tracks, and
 * its client manifest. In order of appearance, each once.
 * @throws ServiceError `refused` where the text is not a whole XML document.
 */
export const namedFiles = (ismXml: string): string[] => {
  const names = new Set<string>()
  const xml = Buffer.from(ismXml)
  const open = (from: number, to: number, end: number): void => {
    const attributes = attributesOf(xml.toString('utf8', to, end))
    const kind = xml.toString('utf8', from, to).toLowerCase().replace(/^.*:/, '')
    const name = tracks.has(kind)
      ? attributes.get('src')
      : kind === 'meta' && attributes.get('name') === 'clientManifestRelativePath'
        ? attributes.get('content')
        : undefined
    if (name) names.add(name)
  }
  try {
    readXml(xml, { open, close: () => {} })
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    throw storageError('refused', `The server manifest cannot be read. ${error.message}`)
  }
  return [...names]
}
