import { afterAll, expect, test } from 'vitest'
import { RootFiles } from '../../../src/lib/replicate/finished.ts'
import { blobItem, startListingServer } from '../storage/support/listing-server.ts'

const closing: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of closing) await close()
})

const names = ['a.mp4', 'b.mp4', 'c.ism', 'd.mp4', 'folder/e.mp4']
const look = async (most?: number) => {
  const server = await startListingServer(index => blobItem(names[index] ?? ''), names.length)
  closing.push(server.close)
  const files = new RootFiles(most)
  for (const name of names) files.add(blobItem(name))
  return { files, ...server }
}

test.each([
  ['all names are kept', undefined],
  ['more names than are kept', 1],
])('P2: what a manifest names is looked for among all files: %s', async (_, most) => {
  const { files, container } = await look(most)
  expect(files.manifests).toEqual(['c.ism'])
  expect(await files.lacking(['a.mp4', 'd.mp4'], container)).toEqual([])
  expect(await files.lacking(['d.mp4', 'e.mp4'], container)).toEqual(['e.mp4'])
})

test('P9: the container is listed again only where names were not kept', async () => {
  const whole = await look()
  await whole.files.lacking(['x.mp4'], whole.container)
  expect(whole.markers).toEqual([])
  const cut = await look(1)
  await cut.files.lacking(['a.mp4'], cut.container)
  expect(cut.markers).toEqual([])
  await cut.files.lacking(['d.mp4'], cut.container)
  expect(cut.markers).toEqual([''])
})
