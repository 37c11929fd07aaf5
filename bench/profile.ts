/** `node bench/profile.ts DIR`: who used the CPU, and who allocated, in the profiles that `--profile DIR` has written. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from './command.ts'
import { figure, markdownTable } from './table.ts'

interface Frame {
  readonly functionName: string
  readonly url: string
  readonly lineNumber: number
}

interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: Frame }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

interface HeapNode {
  readonly callFrame: Frame
  readonly selfSize: number
  readonly children: readonly HeapNode[]
}

const shown = 20

const placeOf = ({ functionName, url, lineNumber }: Frame): string => {
  const file = url.replace(/^.*\/(?=(?:src|bench|node_modules)\/)/, '')
  return file === '' ? functionName : `${functionName || '(anonymous)'} ${file}:${lineNumber + 1}`
}

/** Whose code it is, as far as its place tells. */
const ownerOf = ({ functionName, url }: Frame): string => {
  if (functionName === '(idle)') return 'idle'
  if (functionName === '(garbage collector)') return 'garbage collector'
  if (url.includes('/src/lib/storage/')) return 'src/lib/storage'
  if (url.includes('/bench/')) return 'bench'
  return /_http|_tls|net|stream/.test(url) ? 'HTTP of Node' : 'rest of Node'
}

type Weights = readonly (readonly [Frame, number])[]

const cpuOf = ({ nodes, samples, timeDeltas }: CpuProfile): Weights => {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  return samples.flatMap((id, index) => {
    const frame = frames.get(id)
    return frame === undefined ? [] : [[frame, (timeDeltas[index] ?? 0) / 1_000] as const]
  })
}

const heapOf = ({ callFrame, selfSize, children }: HeapNode): Weights => [
  [callFrame, selfSize / 1_024],
  ...children.flatMap(heapOf),
]

const summed = (weights: Weights, by: (frame: Frame) => string): [string, number][] => {
  const sums = new Map<string, number>()
  for (const [frame, weight] of weights) sums.set(by(frame), (sums.get(by(frame)) ?? 0) + weight)
  return [...sums].toSorted(([, a], [, b]) => b - a)
}

const table = (title: string, weights: Weights, unit: string): string => {
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0)
  const rows = (by: (frame: Frame) => string) =>
    summed(weights, by)
      .slice(0, shown)
      .map(([name, weight]) => [name, figure(weight, 1), figure((weight / total) * 100, 1)])
  const head = ['', unit, '%']
  return `## ${title}\n\n${markdownTable([head, ...rows(ownerOf)])}\n\n${markdownTable([head, ...rows(placeOf)])}\n`
}

await runCommand('bench/profile', async () => {
  const folder = process.argv[2]
  if (folder === undefined) throw new Error('name the folder of the profiles')
  for (const file of readdirSync(folder).toSorted()) {
    const profile: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'))
    if (file.endsWith('.cpuprofile')) console.log(table(file, cpuOf(profile as CpuProfile), 'ms'))
    if (file.endsWith('.heapprofile'))
      console.log(table(file, heapOf((profile as { readonly head: HeapNode }).head), 'kB still in use at the end'))
  }
})
