/**
 * Presets of transforms with everything the published specification describes. Materialised are arrays, the defaults
 * that it states, and what recordings show: synchronisation and rate control of a video. Layers carry no type, though
 * clients may send one.
 */
import { badRequest } from '../arm-errors.ts'
import { isObject } from '../json.ts'
import {
  arrayOf,
  bool,
  defaulted,
  duration,
  int32,
  type Members,
  mapOf,
  number,
  object,
  oneOf,
  optional,
  type Shape,
  text,
  union,
} from '../shape.ts'

const list = (item: Shape): Shape => defaulted(arrayOf(item), [])
const experimentalOptions = optional(mapOf(text))

const rectangle = object({ left: optional(text), top: optional(text), width: optional(text), height: optional(text) })
const fade = object({ duration: text, fadeColor: text, start: optional(text) })
const overlay: Members = {
  inputLabel: text,
  start: optional(duration),
  end: optional(duration),
  fadeInDuration: optional(duration),
  fadeOutDuration: optional(duration),
  audioGainLevel: defaulted(number, 1),
}
const overlays = union('', {
  AudioOverlay: overlay,
  VideoOverlay: {
    ...overlay,
    position: optional(rectangle),
    opacity: defaulted(number, 1),
    cropRectangle: optional(rectangle),
  },
})
const filters = object({
  deinterlace: optional(
    object({
      parity: defaulted(oneOf('Auto', 'TopFieldFirst', 'BottomFieldFirst'), 'Auto'),
      mode: defaulted(oneOf('Off', 'AutoPixelAdaptive'), 'AutoPixelAdaptive'),
    }),
  ),
  rotation: defaulted(oneOf('Auto', 'None', 'Rotate0', 'Rotate90', 'Rotate180', 'Rotate270'), 'Auto'),
  crop: optional(rectangle),
  fadeIn: optional(fade),
  fadeOut: optional(fade),
  overlays: list(overlays),
})

const layer: Members = { width: optional(text), height: optional(text), label: optional(text) }
const videoLayer: Members = {
  ...layer,
  bitrate: int32(0),
  maxBitrate: optional(int32(0)),
  bFrames: optional(int32(0)),
  frameRate: optional(text),
  slices: defaulted(int32(0), 0),
  adaptiveBFrame: optional(bool),
  level: defaulted(text, 'auto'),
  bufferWindow: defaulted(duration, 'PT5S'),
  referenceFrames: optional(int32(0)),
}
const h264Layer = object({
  ...videoLayer,
  crf: defaulted(number, 23),
  profile: defaulted(oneOf('Auto', 'Baseline', 'Main', 'High', 'High422', 'High444'), 'Auto'),
  entropyMode: optional(oneOf('Cabac', 'Cavlc')),
})
const h265Layer = object({
  ...videoLayer,
  crf: defaulted(number, 28),
  profile: defaulted(oneOf('Auto', 'Main', 'Main10'), 'Auto'),
})

const codec: Members = { label: optional(text) }
const audio: Members = {
  ...codec,
  channels: optional(int32(0)),
  samplingRate: optional(int32(0)),
  bitrate: optional(int32(0)),
}
const video: Members = {
  ...codec,
  keyFrameInterval: defaulted(duration, 'PT2S'),
  stretchMode: defaulted(oneOf('None', 'AutoSize', 'AutoFit'), 'AutoSize'),
  syncMode: defaulted(oneOf('Auto', 'Passthrough', 'Cfr', 'Vfr'), 'Auto'),
}
const encoded: Members = {
  ...video,
  sceneChangeDetection: defaulted(bool, false),
  complexity: defaulted(oneOf('Speed', 'Balanced', 'Quality'), 'Balanced'),
}
const image: Members = { ...video, start: text, step: optional(text), range: optional(text) }
const codecs = union('', {
  CopyVideo: codec,
  CopyAudio: codec,
  Audio: audio,
  AacAudio: { ...audio, profile: optional(oneOf('AacLc', 'HeAacV1', 'HeAacV2')) },
  DDAudio: audio,
  Video: video,
  H264Video: { ...encoded, rateControlMode: defaulted(oneOf('ABR', 'CBR', 'CRF'), 'ABR'), layers: list(h264Layer) },
  H265Video: { ...encoded, layers: list(h265Layer) },
  Image: image,
  JpgImage: {
    ...image,
    layers: list(object({ ...layer, quality: defaulted(int32(0, 100), 70) })),
    spriteColumn: optional(int32(0)),
  },
  PngImage: { ...image, layers: list(object(layer)) },
})

const pictures: Members = { filenamePattern: text }
const streams: Members = { ...pictures, outputFiles: list(object({ labels: list(text) })) }
const formats = union('', {
  ImageFormat: pictures,
  JpgFormat: pictures,
  PngFormat: pictures,
  MultiBitrateFormat: streams,
  Mp4Format: streams,
  TransportStreamFormat: streams,
})

const analyzer: Members = {
  audioLanguage: optional(text),
  mode: defaulted(oneOf('Standard', 'Basic'), 'Standard'),
  experimentalOptions,
}
const configurations = object({
  complexity: optional(oneOf('Speed', 'Balanced', 'Quality')),
  interleaveOutput: optional(oneOf('NonInterleavedOutput', 'InterleavedOutput')),
  keyFrameIntervalInSeconds: optional(number),
  maxBitrateBps: optional(int32()),
  maxHeight: optional(int32()),
  maxLayers: optional(int32()),
  minBitrateBps: optional(int32()),
  minHeight: optional(int32()),
})

const presets = union('', {
  FaceDetectorPreset: {
    resolution: defaulted(oneOf('SourceResolution', 'StandardDefinition'), 'SourceResolution'),
    mode: optional(oneOf('Analyze', 'Redact', 'Combined')),
    blurType: optional(oneOf('Box', 'Low', 'Med', 'High', 'Black')),
    experimentalOptions,
  },
  AudioAnalyzerPreset: analyzer,
  VideoAnalyzerPreset: {
    ...analyzer,
    insightsToExtract: defaulted(oneOf('AudioInsightsOnly', 'VideoInsightsOnly', 'AllInsights'), 'AllInsights'),
  },
  BuiltInStandardEncoderPreset: { configurations: optional(configurations), presetName: text },
  StandardEncoderPreset: {
    experimentalOptions,
    filters: optional(filters),
    codecs: list(codecs),
    formats: list(formats),
  },
})

/** Throws a 400 with the words of the service for an encoder without codecs. */
export const presetShape: Shape = {
  ...presets,
  read(value, path, options) {
    const preset = presets.read(value, path, options)
    if (isObject(preset) && Array.isArray(preset.codecs) && preset.codecs.length === 0)
      throw badRequest('Invalid enocer preset: No codecs specified.')
    return preset
  },
}
