/** An archive that a live output writes: a twin only when it is finished, and again when it grows once more. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Passes } from '../../support/passes.ts'
import { startTwoRegions, type TwoRegions } from '../../support/two-regions.ts'

let ground: TwoRegions
beforeAll(async () => {
  ground = await startTwoRegions()
})
afterAll(() => ground.close())

const [asset, container] = ['match', 'asset-match']
const manifest = '<smil><head/><body><switch><video src="match.ismv"/></switch></body></smil>'

const startOutput = (name: string) =>
  ground.arm.east.put(`liveEvents/stadium/liveOutputs/${name}`, {
    assetName: asset,
    archiveWindowLength: 'PT1H',
    manifestName: 'match',
  })
const write = async (fragments: number) => {
  for (let at = 0; at < fragments; at++)
    await ground.putBlob('east', container, `match/video/${String(at).padStart(4, '0')}`, `fragment ${at}`)
}

it('P2: an archive that grows is left alone until its output is gone, and is then a twin with all its folders', async () => {
  await ground.arm.east.put(`assets/${asset}`, { container })
  await ground.arm.east.put('liveEvents/stadium', { input: { streamingProtocol: 'RTMP' } })
  await startOutput('first')
  await ground.putBlob('east', container, 'match.ism', manifest)
  await ground.putBlob('east', container, 'match.ismv', 'header')
  await write(3)
  const passes = new Passes(ground, asset)
  expect(await passes.run()).toMatchObject({ outcome: 'waiting', code: 'NotFinished' })
  await write(5)
  expect(await passes.run()).toMatchObject({ outcome: 'waiting', code: 'NotFinished' })
  expect(await ground.arm.west.get(`assets/${asset}`)).toBeUndefined()

  await ground.arm.east.delete('liveEvents/stadium/liveOutputs/first')
  // Which outputs there are is asked for now and then only; another pair asks afresh.
  passes.pair = ground.pair()
  expect(await passes.run()).toEqual({ outcome: 'inSync' })
  expect(await ground.blobs('west', container)).toEqual(await ground.blobs('east', container))

  await write(7)
  expect(await passes.run()).toEqual({ outcome: 'inSync' })
  expect(Object.keys(await ground.blobs('west', container))).toHaveLength(2 + 7)
})
