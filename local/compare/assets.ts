import type { ArmClient, Resource } from '../stack/arm.ts'
import { blobNames, readBlob, StorageError, type StoredBlob } from './container.ts'
import type { Context } from './context.ts'
import { differing } from './sameness.ts'

export interface AssetResult {
  readonly name: string
  readonly same: boolean
  /** Of the account that was published to. */
  readonly blobs: number
  readonly bytes: number
}

const sasOf = async (arm: ArmClient, asset: string, now: number): Promise<string> => {
  const expiryTime = new Date(now + 20 * 60 * 60_000).toISOString()
  const { assetContainerSasUrls } = await arm.post(`assets/${asset}`, 'listContainerSas', {
    permissions: 'Read',
    expiryTime,
  })
  const [first] = Array.isArray(assetContainerSasUrls) ? assetContainerSasUrls : []
  if (typeof first !== 'string') throw new Error(`The account gave no SAS for the container of ${asset}.`)
  return first
}

/** Files that are gone or archived are a difference; storage that lets nobody in or is down is none. */
const unreadable = (error: unknown): string | undefined => {
  const status = error instanceof StorageError ? error.status : undefined
  return status !== undefined && [404, 409].includes(status) ? String(status) : undefined
}

const fileDiffers = (a: StoredBlob, b: StoredBlob): string[] => [
  ...(a.size === b.size && a.md5 === b.md5 ? [] : ['bytes']),
  // A copy has an MD5 of its own even where its source has none.
  ...differing(
    { ...a.headers },
    { ...b.headers, ...(a.headers['content-md5'] === undefined ? { 'content-md5': null } : {}) },
  ),
]

interface Files {
  readonly same: boolean
  readonly blobs: number
  readonly bytes: number
}

const compareFiles = async (context: Context, name: string): Promise<Files> => {
  const { trustMd5 } = context.options
  const now = context.options.now?.() ?? Date.now()
  const [sasA, sasB] = await Promise.all([sasOf(context.a, name, now), sasOf(context.b, name, now)])
  const [names, others] = await Promise.all([blobNames(sasA), blobNames(sasB)])
  const twins = new Set(others)
  let [same, bytes] = [true, 0]
  for (const blob of names) {
    const what = `asset ${name}: blob ${blob}`
    if (!twins.delete(blob)) {
      context.missing(what)
      same = false
      continue
    }
    const [source, twin] = await Promise.all([readBlob(sasA, blob, trustMd5), readBlob(sasB, blob, trustMd5)])
    bytes += source.size
    context.bytes += source.size
    same = context.same(what, fileDiffers(source, twin)) && same
  }
  for (const blob of twins) context.extras.push(`asset ${name}: blob ${blob} is only in ${context.labels[1]}`)
  return { same, blobs: names.length, bytes }
}

const filesOf = async (context: Context, name: string): Promise<Files> => {
  try {
    return await compareFiles(context, name)
  } catch (error) {
    const why = unreadable(error)
    if (why === undefined) throw error
    context.note(`asset ${name}: its files cannot be read (${why})`)
    return { same: false, blobs: 0, bytes: 0 }
  }
}

const described = ({ properties: { description, alternateId } }: Resource) => ({ description, alternateId })

const compareFilters = async (context: Context, name: string): Promise<boolean> => {
  const results = (await context.pairs(`assets/${name}/assetFilters`, `asset ${name}: filter`)).map(
    ({ source, twin }) => {
      const what = `asset ${name}: filter ${source.name}`
      if (twin !== undefined) return context.same(what, differing(source.properties, twin.properties))
      context.missing(what)
      return false
    },
  )
  return results.every(Boolean)
}

/** Assets with what describes them, their filters, and their files byte by byte. */
export const compareAssets = async (context: Context): Promise<readonly AssetResult[]> =>
  context.each('assets', await context.pairs('assets', 'asset'), async ({ source, twin }) => {
    const { name } = source
    if (twin === undefined) {
      context.missing(`asset ${name}`)
      return { name, same: false, blobs: 0, bytes: 0 }
    }
    const texts = context.same(`asset ${name}`, differing(described(source), described(twin)))
    const filters = await compareFilters(context, name)
    const files = await filesOf(context, name)
    return { name, ...files, same: texts && filters && files.same }
  })
