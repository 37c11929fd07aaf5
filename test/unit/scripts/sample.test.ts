import { readdirSync, readFileSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readMp4 } from '../../../scripts/sample/mp4.ts'

const folder = new URL('../../../local/sample/', import.meta.url)
const files = readdirSync(folder)
const read = (name: string) => readFileSync(new URL(name, folder))
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(match => match[1] ?? '')

describe('the sample', () => {
  it('has every file that its server manifest names', () => {
    const names = all(read('city.ism').toString(), /src="([^"]+)"|content="([^"]+\.ismc)"/g).filter(name => name !== '')
    expect(names.length).toBe(4)
    for (const name of [...names, 'city.ismc']) expect(files).toContain(name)
  })

  it('has renditions that are cut at the same times, and a client manifest that says when', () => {
    const [large, small] = ['city_640x360_340.mp4', 'city_320x180_120.mp4'].map(name => readMp4(read(name)))
    expect(large?.fragments).toEqual(small?.fragments)
    const video = read('city.ismc').toString().split('Type="video"')[1] ?? ''
    const inTicks = (units: number) => (units * 10_000_000) / (large?.timescale ?? 1)
    expect(all(video, / t="(\d+)"/g).map(Number)).toEqual(large?.fragments.map(({ time }) => inTicks(time)))
    expect(all(video, / d="(\d+)"/g).map(Number)).toEqual(large?.fragments.map(({ duration }) => inTicks(duration)))
    expect(all(video, / Chunks="(\d+)"/g)).toEqual([String(large?.fragments.length)])
  })

  it('is small enough to be cloned', () => {
    expect(files.reduce((sum, name) => sum + statSync(new URL(name, folder)).size, 0)).toBeLessThan(900_000)
  })
})
