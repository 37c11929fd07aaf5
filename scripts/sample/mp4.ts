/** Reads what the manifests need from a fragmented MP4 with one track. */
export interface Mp4 {
  /** Units in a second of the numbers below. */
  readonly timescale: number
  readonly fragments: readonly { readonly time: number; readonly duration: number }[]
  /** avcC or the AudioSpecificConfig, as found. */
  readonly video?: { readonly sps: Buffer; readonly pps: Buffer }
}

interface Box {
  readonly type: string
  readonly body: Buffer
}

const boxes = (bytes: Buffer): readonly Box[] => {
  const found: Box[] = []
  for (let at = 0; at + 8 <= bytes.length; ) {
    const size = bytes.readUInt32BE(at)
    if (size < 8) break
    found.push({ type: bytes.toString('latin1', at + 4, at + 8), body: bytes.subarray(at + 8, at + size) })
    at += size
  }
  return found
}

/** All boxes at a path below these bytes. */
const find = (bytes: Buffer, ...path: readonly string[]): readonly Buffer[] => {
  const [first, ...rest] = path
  const here = boxes(bytes).filter(box => box.type === first)
  return rest.length === 0 ? here.map(box => box.body) : here.flatMap(box => find(box.body, ...rest))
}

const one = (bytes: Buffer, ...path: readonly string[]): Buffer => {
  const [found] = find(bytes, ...path)
  if (found === undefined) throw new Error(`The file has no ${path.join('/')} box.`)
  return found
}

const trunDuration = (trun: Buffer, defaultDuration: number): number => {
  const flags = trun.readUInt32BE(0) & 0xffffff
  const samples = trun.readUInt32BE(4)
  if ((flags & 0x100) === 0) return samples * defaultDuration
  const first = 8 + (flags & 0x1 ? 4 : 0) + (flags & 0x4 ? 4 : 0)
  const size = [0x100, 0x200, 0x400, 0x800].filter(flag => flags & flag).length * 4
  let sum = 0
  for (let i = 0; i < samples; i++) sum += trun.readUInt32BE(first + i * size)
  return sum
}

const fragment = (traf: Buffer): { time: number; duration: number } => {
  const tfhd = one(traf, 'tfhd')
  const flags = tfhd.readUInt32BE(0) & 0xffffff
  const durationAt = 8 + (flags & 0x1 ? 8 : 0) + (flags & 0x2 ? 4 : 0)
  const defaultDuration = flags & 0x8 ? tfhd.readUInt32BE(durationAt) : 0
  const tfdt = one(traf, 'tfdt')
  const time = tfdt.readUInt8(0) === 1 ? Number(tfdt.readBigUInt64BE(4)) : tfdt.readUInt32BE(4)
  return { time, duration: find(traf, 'trun').reduce((sum, trun) => sum + trunDuration(trun, defaultDuration), 0) }
}

const parameterSets = (stsd: Buffer): Mp4['video'] => {
  const [entry] = boxes(stsd.subarray(8))
  if (entry?.type !== 'avc1') return undefined
  const avcC = one(entry.body.subarray(78), 'avcC')
  const spsSize = avcC.readUInt16BE(6)
  const ppsAt = 8 + spsSize + 3
  return { sps: avcC.subarray(8, 8 + spsSize), pps: avcC.subarray(ppsAt, ppsAt + avcC.readUInt16BE(ppsAt - 2)) }
}

export const readMp4 = (bytes: Buffer): Mp4 => {
  const mdhd = one(bytes, 'moov', 'trak', 'mdia', 'mdhd')
  const video = parameterSets(one(bytes, 'moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd'))
  return {
    timescale: mdhd.readUInt32BE(mdhd.readUInt8(0) === 1 ? 20 : 12),
    fragments: find(bytes, 'moof', 'traf').map(fragment),
    ...(video === undefined ? {} : { video }),
  }
}
