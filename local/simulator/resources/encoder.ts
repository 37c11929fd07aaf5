/** "Encoding": the files of a sample are written into the container of an output asset. */
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { BlobStore } from '../blob-store.ts'
import type { Place } from './asset-containers.ts'

const contentTypes: Readonly<Record<string, string>> = {
  '.jpg': 'image/jpeg',
  '.json': 'application/json',
  '.mp4': 'video/mp4',
  '.png': 'image/png',
  '.vtt': 'text/vtt',
  '.xml': 'application/xml',
}

export const contentTypeOf = (file: string): string =>
  contentTypes[extname(file).toLowerCase()] ?? 'application/octet-stream'

/** What describes the sample to people is no output of an encoder. */
const isOutput = (file: string) => !/^readme/i.test(file)

/** Manifests come last, so that an asset never shows one whose files are missing. */
const inOrder = (files: readonly string[]): string[] => {
  const rank = (file: string) => (file.endsWith('.ism') ? 2 : file.endsWith('.ismc') ? 1 : 0)
  return files.toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b))
}

/** Answers how many files were written. */
export const encodeInto = async (blobStore: BlobStore, place: Place, sampleDir: string): Promise<number> => {
  const entries = await readdir(sampleDir, { withFileTypes: true })
  const files = inOrder(entries.filter(entry => entry.isFile() && isOutput(entry.name)).map(entry => entry.name))
  if (files.length === 0) throw new Error(`There are no files in ${sampleDir}.`)
  await blobStore.ensureContainer(place.storageAccount, place.container)
  for (const file of files)
    await blobStore.putBlob(
      place.storageAccount,
      place.container,
      file,
      await readFile(join(sampleDir, file)),
      contentTypeOf(file),
    )
  return files.length
}
