import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ground } from './ground.ts'

const sample = join(import.meta.dirname, '..', '..', '..', '..', 'local', 'sample')
const sampleFile = (name: string) => readFileSync(join(sample, name), 'utf8')
const german = 'WEBVTT\nLanguage: de-de\n\n00:00.000 --> 00:01.000\nGuten Abend.\n'
const container = (asset: string) => `c-${asset}`
const store = 'contosoeaststore'

/** A simulator with the sample's manifests in the asset `film`. */
const withFilm = async () => {
  const world = await ground({ operationMilliseconds: 2000 })
  const { east, blobStore } = world
  const put = (name: string, text: string, asset = 'film') =>
    blobStore.putBlob(store, container(asset), name, Buffer.from(text), 'text/plain')
  const file = (name: string, asset = 'film') =>
    Buffer.from(blobStore.containers.get(`${store}/${container(asset)}`)?.get(name) ?? []).toString()
  await east('PUT', 'assets/film', { properties: { container: container('film') } })
  for (const name of ['city.ism', 'city.ismc', 'city_en.vtt']) await put(name, sampleFile(name))
  return { ...world, put, file }
}

const text = (members: object) => ({
  properties: { track: { '@odata.type': '#Microsoft.Media.TextTrack', ...members } },
})
const audio = (members: object) => ({
  properties: { track: { '@odata.type': '#Microsoft.Media.AudioTrack', ...members } },
})
const pathOf = (url: string | null) => `${new URL(url ?? '').pathname}${new URL(url ?? '').search}`

describe('tracks of an asset', () => {
  it('are read out of its server manifest; qualities of one video are one track', async () => {
    await using world = await withFilm()
    const { status, body } = await world.east('GET', 'assets/film/tracks')
    expect(status).toBe(200)
    expect(body.value.map(({ name, properties }: { name: string; properties: object }) => [name, properties])).toEqual([
      [
        'aac_en',
        {
          provisioningState: 'Succeeded',
          track: {
            '@odata.type': '#Microsoft.Media.AudioTrack',
            fileName: 'city_AACAudio_96.mp4',
            languageCode: 'en',
            mpeg4TrackId: 1,
            bitRate: 97834,
          },
        },
      ],
      ['video', { provisioningState: 'Succeeded', track: { '@odata.type': '#Microsoft.Media.VideoTrack' } }],
      [
        'captions_en',
        {
          provisioningState: 'Succeeded',
          track: {
            '@odata.type': '#Microsoft.Media.TextTrack',
            fileName: 'city_en.vtt',
            languageCode: 'en',
            playerVisibility: 'Visible',
          },
        },
      ],
    ])
    expect(body.value[0]).toMatchObject({
      id: expect.stringMatching(/\/mediaservices\/contosoeast\/assets\/film\/tracks\/aac_en$/),
      type: 'Microsoft.Media/mediaservices/assets/tracks',
    })
  })

  it('are a 409 without a server manifest, a 404 without the asset', async () => {
    await using world = await withFilm()
    await world.east('PUT', 'assets/empty', {})
    expect((await world.east('GET', 'assets/empty/tracks')).status).toBe(409)
    expect((await world.east('PUT', 'assets/empty/tracks/de', text({ fileName: 'de.vtt' }))).status).toBe(409)
    expect((await world.east('GET', 'assets/none/tracks')).status).toBe(404)
    expect((await world.east('GET', 'assets/film/tracks/none')).status).toBe(404)
    expect((await world.east('DELETE', 'assets/film/tracks/none')).status).toBe(204)
  })

  it('are added by a long-running operation and stand in both manifests', async () => {
    await using world = await withFilm()
    await world.put('de.vtt', german)
    const hlsSettings = { default: true, forced: false, characteristics: 'public.easy-to-read & <more>' }
    const track = {
      fileName: 'de.vtt',
      displayName: 'Deutsch "1"',
      languageCode: 'xx',
      playerVisibility: 'Hidden',
      hlsSettings,
    }
    const added = await world.east('PUT', 'assets/FILM/tracks/de', text(track))
    expect(added).toMatchObject({ status: 201, body: { name: 'de', properties: { provisioningState: 'InProgress' } } })
    expect(added.headers.get('retry-after')).toBe('2')
    const [status, result] = ['azure-asyncoperation', 'location'].map(name => pathOf(added.headers.get(name)))
    expect((await world.east('GET', status ?? '')).body).toMatchObject({
      status: 'InProgress',
      startTime: '2026-01-01T00:00:00Z',
    })
    expect((await world.east('GET', result ?? '')).status).toBe(202)
    world.clock.advance(2000)
    expect((await world.east('GET', status ?? '')).body).toMatchObject({
      status: 'Succeeded',
      endTime: '2026-01-01T00:00:02Z',
    })
    const ended = await world.east('GET', result ?? '')
    expect(ended.body).toMatchObject({
      name: 'de',
      id: expect.stringMatching(/\/tracks\/de\/operationResults\/[0-9a-f-]{36}$/),
      type: 'Microsoft.Media/mediaservices/assets/tracks/operationResults',
    })
    const shown = await world.east('GET', 'assets/film/tracks/DE')
    expect(shown.body.properties).toEqual({
      provisioningState: 'Succeeded',
      track: { '@odata.type': '#Microsoft.Media.TextTrack', ...track, languageCode: 'de-de' },
    })
    expect(world.file('city.ism')).toMatch(/<textstream src="de\.vtt" systemLanguage="de-de">/)
    expect(world.file('city.ismc')).toMatch(/<StreamIndex Type="text" Name="de" Language="de-de" \/>\n<\/Smooth/)
    expect((await world.east('PUT', 'assets/film/tracks/de', text(track))).status).toBe(200)
    expect(world.file('city.ism').match(/de\.vtt/g)).toHaveLength(1)
  })

  it('go along when the files are copied', async () => {
    await using world = await withFilm()
    await world.put('de.vtt', german)
    await world.east('PUT', 'assets/film/tracks/de', text({ fileName: 'de.vtt', displayName: 'Deutsch' }))
    world.clock.advance(2000)
    await world.east('PUT', 'assets/copy', { properties: { container: container('copy') } })
    for (const name of ['city.ism', 'de.vtt']) await world.put(name, world.file(name), 'copy')
    const tracksOf = async (asset: string) =>
      (await world.east('GET', `assets/${asset}/tracks`)).body.value.map(
        ({ properties }: { properties: object }) => properties,
      )
    expect(await tracksOf('copy')).toEqual(await tracksOf('film'))
  })

  it('change and go without a trace, and nothing else in the manifests does', async () => {
    await using world = await withFilm()
    await world.put('de.vtt', german)
    await world.east('PUT', 'assets/film/tracks/de', text({ fileName: 'de.vtt' }))
    const changed = await world.east('PATCH', 'assets/film/tracks/de', text({ displayName: 'Deutsch' }))
    expect(changed).toMatchObject({
      status: 202,
      body: { properties: { track: { fileName: 'de.vtt', displayName: 'Deutsch', languageCode: 'de-de' } } },
    })
    const gone = await world.east('DELETE', 'assets/film/tracks/de')
    expect(gone.status).toBe(202)
    world.clock.advance(2000)
    expect((await world.east('GET', pathOf(gone.headers.get('location')))).status).toBe(204)
    for (const name of ['city.ism', 'city.ismc']) expect(world.file(name)).toBe(sampleFile(name))
    expect(world.file('de.vtt')).toBe(german)
  })

  it('P10: two that are added at once both stay', async () => {
    await using world = await withFilm()
    const names = ['a', 'b', 'c', 'd']
    const { readBlob } = world.blobStore
    const slowly: typeof readBlob = async (...blob) => {
      const read = await readBlob(...blob)
      for (let turn = 0; turn < 20; turn += 1) await new Promise(resolve => setImmediate(resolve))
      return read
    }
    Object.assign(world.blobStore, { readBlob: slowly })
    for (const name of names) await world.put(`${name}.vtt`, german)
    await Promise.all(
      names.map(name => world.east('PUT', `assets/film/tracks/${name}`, text({ fileName: `${name}.vtt` }))),
    )
    const { body } = await world.east('GET', 'assets/film/tracks')
    expect(body.value.map(({ name }: { name: string }) => name)).toEqual(expect.arrayContaining(names))
  })

  it('of audio keep all that the schema has, and read-only members come from the service', async () => {
    await using world = await withFilm()
    await world.put('comments.mp4', '')
    const track = {
      fileName: 'comments.mp4',
      displayName: 'Comments',
      languageCode: 'en-GB',
      hlsSettings: { default: false },
      dashSettings: { role: 'commentary' },
      mpeg4TrackId: 2,
    }
    const { status, body } = await world.east('PUT', 'assets/film/tracks/comments', audio({ ...track, bitRate: 1 }))
    expect(status).toBe(201)
    expect(body.properties.track).toEqual({ '@odata.type': '#Microsoft.Media.AudioTrack', ...track })
  })

  it.each([
    ['a file that is not there', 'new', text({ fileName: 'none.vtt' }), 'Target resource file does not exist.'],
    ['no file', 'new', text({}), 'Target resource file does not exist.'],
    ['no track', 'new', { properties: {} }, "The required property 'track' is missing or null."],
    [
      'an unknown type',
      'new',
      { properties: { track: { '@odata.type': '#Microsoft.Media.SmellTrack' } } },
      'SmellTrack|one of',
    ],
    [
      'an unknown visibility',
      'new',
      text({ fileName: 'city_en.vtt', playerVisibility: 'Sometimes' }),
      'playerVisibility',
    ],
    ['a video', 'new', { properties: { track: { '@odata.type': '#Microsoft.Media.VideoTrack' } } }, 'Video tracks'],
    ['another type', 'captions_en', audio({ fileName: 'city_en.vtt' }), 'type of a track'],
    ['a name that is not allowed', 'a%2Bb', text({ fileName: 'city_en.vtt' }), 'resource name'],
  ])('are not made of %s', async (_, name, body, message) => {
    await using world = await withFilm()
    const answer = await world.east('PUT', `assets/film/tracks/${name}`, body)
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: 'BadRequest', message: expect.stringMatching(message) } },
    })
    expect(world.file('city.ism')).toBe(sampleFile('city.ism'))
  })

  it('fail later when their file is no WebVTT, and leave the manifest alone', async () => {
    await using world = await withFilm()
    await world.put('bad.vtt', 'hello')
    const answer = await world.east('PUT', 'assets/film/tracks/bad', text({ fileName: 'bad.vtt' }))
    world.clock.advance(2000)
    const { body } = await world.east('GET', pathOf(answer.headers.get('azure-asyncoperation')))
    expect(body).toMatchObject({
      status: 'Failed',
      error: { code: 'ClientError', message: expect.stringContaining('WEBVTT') },
    })
    expect(world.file('city.ism')).toBe(sampleFile('city.ism'))
    expect((await world.east('GET', 'assets/film/tracks/bad')).status).toBe(404)
  })

  it('are read anew after their file was replaced', async () => {
    await using world = await withFilm()
    await world.put('city_en.vtt', german)
    const answer = await world.east('POST', 'assets/film/tracks/captions_en/updateTrackData')
    expect(answer).toMatchObject({ status: 202, text: '' })
    expect((await world.east('GET', 'assets/film/tracks/captions_en')).body.properties.track.languageCode).toBe('de-de')
    expect((await world.east('POST', 'assets/film/tracks/none/updateTrackData')).status).toBe(404)
  })
})
