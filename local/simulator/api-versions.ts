/**
 * The versions each group of operations answers to: those of the published specifications and of the recordings. All
 * are answered in the shape of the newest recordings.
 */
const older = [
  '2018-02-01-privatepreview',
  '2018-03-30-preview',
  '2018-06-01-preview',
  '2018-07-01',
  '2019-05-01-preview',
  '2020-05-01',
  '2021-05-01',
  '2021-06-01',
  '2021-11-01',
]

export const apiVersions = {
  accounts: [...older, '2023-01-01'],
  metadata: [...older, '2022-08-01', '2023-01-01'],
  streaming: [...older, '2022-08-01', '2022-11-01'],
  tracks: ['2021-11-01', '2022-08-01', '2023-01-01'],
  encoding: [...older, '2022-05-01-preview', '2022-07-01'],
} as const
