/** What each api-version shows of a preset; it is stored with everything. */
import { history } from '../history.ts'
import { isObject, type Json, type JsonObject } from '../json.ts'
import type { Context } from '../kernel.ts'

const mapItems = (value: Json | undefined, change: (item: JsonObject) => JsonObject): Json | undefined =>
  Array.isArray(value) ? (value as readonly Json[]).map(item => (isObject(item) ? change(item) : item)) : value

const videoAsShown = (context: Context, codec: JsonObject): JsonObject => ({
  ...codec,
  ...(history.videosShowSyncMode(context) ? {} : { syncMode: undefined }),
  ...(history.videosShowRateControl(context)
    ? {}
    : { rateControlMode: undefined, layers: mapItems(codec.layers, layer => ({ ...layer, crf: undefined })) }),
})

/** An analysis of the audio, alone or as part of that of a video. */
const analysisAsShown = (context: Context, preset: JsonObject): JsonObject => {
  if (!history.analysesHaveModes(context)) return { ...preset, mode: undefined, experimentalOptions: undefined }
  if (history.modesStandAlone(context) || preset.mode !== 'Basic') return preset
  const given = isObject(preset.experimentalOptions) ? preset.experimentalOptions : {}
  return { ...preset, experimentalOptions: { ...given, basicAudioEnabled: 'true' } }
}

export const presetAsShown = (context: Context, preset: Json | undefined): Json | undefined => {
  if (!isObject(preset)) return preset
  switch (preset['@odata.type']) {
    case '#Microsoft.Media.AudioAnalyzerPreset':
    case '#Microsoft.Media.VideoAnalyzerPreset':
      return analysisAsShown(context, preset)
    case '#Microsoft.Media.StandardEncoderPreset':
      return { ...preset, codecs: mapItems(preset.codecs, codec => videoAsShown(context, codec)) }
    default:
      return preset
  }
}
