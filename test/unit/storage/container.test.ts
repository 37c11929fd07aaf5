import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Secret } from '../../../src/lib/secret.ts'
import { sasContainer } from '../../../src/lib/storage/access.ts'
import { compareContainers } from '../../../src/lib/storage/compare.ts'
import {
  changeContainerMetadata,
  containerMetadata,
  createContainer,
  markFor,
  readBlob,
  readMark,
  removeMark,
  setContainerMetadata,
} from '../../../src/lib/storage/container.ts'
import { copyContainer } from '../../../src/lib/storage/copy.ts'
import { type Accounts, startAccounts } from './support/accounts.ts'

let accounts: Accounts
beforeAll(async () => {
  accounts = await startAccounts()
})
afterAll(() => accounts.azurite.close())

/** A container by a SAS of its account, which may create containers. */
const byAccountSas = (name: string) => sasContainer(new Secret(accounts.accountSas('west', name)))

const mark = { account: 'east', asset: 'Größe & "Ton" #1/2 %20' }

describe('a container', () => {
  test('is made with its mark in one call, and found again', async () => {
    const container = byAccountSas('made')
    expect(await containerMetadata(container)).toBeUndefined()
    expect(await createContainer(container, markFor(mark))).toBe('created')
    expect(await createContainer(container, markFor({ account: 'x', asset: 'y' }))).toBe('exists')
    expect(readMark((await containerMetadata(container)) ?? {})).toEqual(mark)
  })

  test('tells which locators are ours, the last of very many, within 8 KB', async () => {
    const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
    const ids = Array.from({ length: 300 }, (_, n) => id(n))
    const full = { ...mark, asset: 'ö'.repeat(260), sourceAccount: id(7), locators: [...ids, 'not an id'] }
    const metadata = markFor(full)
    expect(JSON.stringify(metadata).length).toBeLessThan(8 * 1024)
    const container = byAccountSas('many')
    await createContainer(container, metadata)
    const found = readMark((await containerMetadata(container)) ?? {})
    expect(found).toMatchObject({ sourceAccount: id(7) })
    expect(found?.locators).toEqual(ids.slice(-(found?.locators?.length ?? 0)))
    expect(found?.locators?.length).toBeGreaterThan(200)
    await removeMark(container)
    expect(await containerMetadata(container)).toEqual({})
    await setContainerMetadata(container, markFor({ ...mark, locators: [] }))
    expect(readMark((await containerMetadata(container)) ?? {})).toEqual({ ...mark, locators: [] })
  })

  test('keeps what else its metadata holds', async () => {
    const container = byAccountSas('merged')
    await createContainer(container, { owner: 'somebody', twinstream_source: 'old' })
    await setContainerMetadata(container, markFor(mark))
    expect(await containerMetadata(container)).toEqual({ owner: 'somebody', ...markFor(mark) })
    await expect(setContainerMetadata(byAccountSas('absent'), {})).rejects.toMatchObject({ kind: 'notFound' })
  })

  test('P3: gets a change of its metadata that a slower writer has undone once more, and not for ever', async () => {
    const container = byAccountSas('contended')
    await createContainer(container, { owner: 'somebody' })
    const slower = async () => setContainerMetadata(container, { mine: 'old' })
    /** Asked before each request: to read, to write, to read again. */
    const undoneBefore = (isUndone: (request: number) => boolean) => {
      let requests = 0
      const access = async () => {
        requests += 1
        if (isUndone(requests)) await slower()
        return container.access()
      }
      return { ...container, access }
    }
    const change = ({ mine }: Readonly<Record<string, string>>) => (mine === 'new' ? undefined : { mine: 'new' })
    await changeContainerMetadata(
      undoneBefore(request => request === 3),
      change,
    )
    expect(await containerMetadata(container)).toEqual({ owner: 'somebody', mine: 'new' })
    await expect(
      changeContainerMetadata(
        undoneBefore(() => true),
        change,
      ),
    ).rejects.toMatchObject({ kind: 'conflict' })
    await changeContainerMetadata(byAccountSas('absent'), () => undefined)
  })

  test('that is not there: everything is missing from a target, a source is an error, so is copying into it', async () => {
    const { east, source } = await accounts.pair()
    await east.getBlockBlobClient('a').upload('a', 1)
    const absent = byAccountSas('nowhere')
    expect(await compareContainers(source, absent)).toMatchObject({ blobs: 1, missing: 1 })
    expect(await compareContainers(source, undefined)).toMatchObject({ blobs: 1, missing: 1 })
    const summary = await compareContainers(source, source)
    const stamped = (await east.getBlockBlobClient('a').getProperties()).lastModified?.getTime() ?? 0
    // By the clock that stamps files, in its whole seconds.
    expect(summary.targetAsOf).toBeGreaterThanOrEqual(stamped)
    expect((summary.targetAsOf ?? 1) % 1000).toBe(0)
    await expect(compareContainers(absent, source)).rejects.toMatchObject({ kind: 'notFound', side: 'source' })
    await expect(copyContainer({ source, target: absent })).rejects.toMatchObject({ kind: 'notFound', side: 'target' })
  })

  test('an expired or tampered SAS is unauthorized, and says which side', async () => {
    const { east, source, target } = await accounts.pair()
    await east.getBlockBlobClient('a').upload('a', 1)
    const { url } = source
    const bad = {
      url,
      access: async () => ({ kind: 'sas' as const, query: new Secret('sv=2021-08-06&sr=c&sp=rl&sig=AAAA') }),
    }
    await expect(copyContainer({ source: bad, target })).rejects.toMatchObject({ kind: 'unauthorized', side: 'source' })
    await expect(compareContainers(source, { ...bad, url: target.url })).rejects.toMatchObject({
      kind: 'unauthorized',
      side: 'target',
    })
    const listOnly = await accounts.open(east, 'l')
    await expect(copyContainer({ source: listOnly, target })).rejects.toMatchObject({
      kind: 'unauthorized',
      side: 'source',
    })
  })
})

describe('a mark', () => {
  test.each([
    ['no metadata', {}],
    ['half a mark', { twinstream_source: 'east' }],
    ['an empty mark', { twinstream_source: '', twinstream_asset: '' }],
    ['a mark that does not decode', { twinstream_source: '%', twinstream_asset: '%E0%A4%A' }],
  ])('is not read from %s', (_, metadata) => {
    expect(readMark(metadata)).toBeUndefined()
  })
})

describe('a blob', () => {
  test('is read up to a size', async () => {
    const { east, source } = await accounts.pair()
    await east.getBlockBlobClient('x y.ism').upload('<smil/>', 7)
    expect(Buffer.from(await readBlob(source, 'x y.ism', 7)).toString()).toBe('<smil/>')
    await expect(readBlob(source, 'x y.ism', 6)).rejects.toMatchObject({ kind: 'refused' })
    await expect(readBlob(source, 'absent', 6)).rejects.toMatchObject({ kind: 'notFound' })
  })
})
