/**
 * `npm run sample`: makes local/sample again, with ffmpeg (5.1 or newer) on the PATH. Only needed when the sample is to
 * change: its files are committed.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../run.ts'
import { clientManifest, serverManifest, type Track } from './manifests.ts'
import { melody } from './melody.ts'
import { readMp4 } from './mp4.ts'
import { framesPerSecond, height, paint, seconds, width } from './picture.ts'

const folder = join(root, 'local', 'sample')
const name = 'city'
const id = '5b1d1f0e-6c7a-4c1e-9a53-0d6f2f8a7c11'
const captions = `${name}_en.vtt`

const ffmpeg = (args: readonly string[], input: Iterable<Buffer>): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', ...args], {
      stdio: ['pipe', 'inherit', 'inherit'],
    })
    child.on('error', error =>
      reject(
        'code' in error && error.code === 'ENOENT'
          ? new Error('ffmpeg is not on the PATH; 5.1 or newer is needed.')
          : error,
      ),
    )
    // What ends early takes no more frames; its code, or that it is not there, is what to tell.
    child.stdin.on('error', () => {})
    child.on('close', code => (code === 0 ? resolve() : reject(new Error(`ffmpeg ended with code ${code}`))))
    const frames = input[Symbol.iterator]()
    const write = () => {
      for (let next = frames.next(); !next.done; next = frames.next())
        if (!child.stdin.write(next.value)) return child.stdin.once('drain', write)
      return child.stdin.end()
    }
    write()
  })

const frames = function* (): Generator<Buffer> {
  for (let i = 0; i < seconds * framesPerSecond; i++) yield paint(i / framesPerSecond)
}

const raw = [
  '-f',
  'rawvideo',
  '-pix_fmt',
  'rgb24',
  '-s',
  `${width}x${height}`,
  '-r',
  `${framesPerSecond}`,
  '-i',
  'pipe:0',
]
const reproducible = [
  '-map_metadata',
  '-1',
  '-fflags',
  '+bitexact',
  '-flags:v',
  '+bitexact',
  '-flags:a',
  '+bitexact',
  '-threads',
  '2',
]
const fragmented = ['-movflags', '+frag_keyframe+empty_moov+default_base_moof', '-f', 'mp4']
/** Key frames every two seconds and nowhere else, so that the renditions are cut at the same times. */
const gop = ['-bf', '0', '-g', `${2 * framesPerSecond}`, '-keyint_min', `${2 * framesPerSecond}`, '-sc_threshold', '0']

const renditions = [
  { width: 640, height: 360, kilobits: 340 },
  { width: 320, height: 180, kilobits: 120 },
]

const track = (file: string, rest: Omit<Track, 'file' | 'mp4' | 'bitrate'>): Track => {
  const bytes = readFileSync(join(folder, file))
  return { ...rest, file, bitrate: Math.round((bytes.length * 8) / seconds), mp4: readMp4(bytes) }
}

process.on('uncaughtException', error => {
  console.error(`sample: ${error.message}`)
  process.exit(1)
})

const tracks: Track[] = []
for (const { width, height, kilobits } of renditions) {
  const file = `${name}_${width}x${height}_${kilobits}.mp4`
  const rate = ['-b:v', `${kilobits}k`, '-maxrate', `${kilobits * 1.5}k`, '-bufsize', `${kilobits * 2}k`]
  const codec = [
    '-vf',
    `scale=${width}:${height}`,
    '-c:v',
    'libx264',
    '-profile:v',
    'main',
    '-preset',
    'slow',
    '-pix_fmt',
    'yuv420p',
  ]
  await ffmpeg([...raw, ...codec, ...rate, ...gop, ...reproducible, ...fragmented, join(folder, file)], frames())
  tracks.push(track(file, { kind: 'video', width, height }))
}
for (const [at, second] of [1, 5, 9].entries()) {
  const file = join(folder, `${name}_Thumbnail_00000${at + 1}.jpg`)
  await ffmpeg([...raw, '-frames:v', '1', '-vf', 'scale=320:180', '-q:v', '5', ...reproducible, file], [paint(second)])
}

const scratch = mkdtempSync(join(tmpdir(), 'twinstream-sample-'))
try {
  const wav = join(scratch, 'melody.wav')
  writeFileSync(wav, melody(seconds))
  const file = `${name}_AACAudio_96.mp4`
  const codec = ['-c:a', 'aac', '-b:a', '96k', '-frag_duration', '2000000']
  await ffmpeg(
    [
      '-i',
      wav,
      ...codec,
      ...reproducible,
      '-movflags',
      '+empty_moov+default_base_moof',
      '-f',
      'mp4',
      join(folder, file),
    ],
    [],
  )
  tracks.unshift(track(file, { kind: 'audio' }))
} finally {
  rmSync(scratch, { recursive: true })
}

writeFileSync(
  join(folder, captions),
  `WEBVTT

00:00:00.500 --> 00:00:03.000
Evening comes to the city.

00:00:03.200 --> 00:00:06.000
One window after another lights up.

00:00:06.200 --> 00:00:09.500
And the same lights shine in its twin.
`,
)
writeFileSync(join(folder, `${name}.ism`), serverManifest(name, tracks, captions))
writeFileSync(join(folder, `${name}.ismc`), clientManifest(tracks))
writeFileSync(
  join(folder, `${id}_manifest.json`),
  `${JSON.stringify(
    {
      AssetFile: tracks.map(({ file, kind, bitrate, width, height }) => ({
        Name: file,
        Size: statSync(join(folder, file)).size,
        Duration: `PT${seconds}S`,
        ...(kind === 'video'
          ? {
              VideoTracks: [
                {
                  Id: 1,
                  FourCC: 'avc1',
                  Width: width,
                  Height: height,
                  Framerate: framesPerSecond,
                  Bitrate: Math.round(bitrate / 1000),
                },
              ],
            }
          : {
              AudioTracks: [
                { Id: 1, Codec: 'aac', Channels: 2, SamplingRate: 48000, Bitrate: Math.round(bitrate / 1000) },
              ],
            }),
      })),
    },
    null,
    2,
  )}\n`,
)
