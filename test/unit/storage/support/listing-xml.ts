import type { BlobItem } from '../../../../src/lib/storage/ports.ts'

export const escapeXml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#xD;')

const element = (name: string, value: string | number | undefined): string =>
  value === undefined ? '' : `<${name}>${escapeXml(String(value))}</${name}>`

const isNoXml = (character: string): boolean =>
  (character < ' ' && !'\t\r\n'.includes(character)) || '\ufffe\uffff'.includes(character)

const tagsXml = (tags: BlobItem['tags']): string =>
  tags === undefined
    ? ''
    : `<Tags><TagSet>${Object.entries(tags)
        .map(([key, value]) => `<Tag>${element('Key', key)}${element('Value', value)}</Tag>`)
        .join('')}</TagSet></Tags>`

/** One row as List Blobs writes it. Characters that XML cannot hold make the service encode the whole name. */
export const rowXml = (item: BlobItem): string => {
  const encoded = [...item.name].some(isNoXml)
  const name = encoded
    ? `<Name Encoded="true">${encodeURIComponent(item.name)}</Name>`
    : `<Name>${escapeXml(item.name)}</Name>`
  const metadata = Object.entries(item.metadata)
  return [
    `<Blob>${name}<Properties><Creation-Time>Tue, 24 Nov 2026 00:00:00 GMT</Creation-Time>`,
    element('Last-Modified', new Date(item.lastModified).toUTCString()),
    element('Etag', item.etag.slice(1, -1)),
    element('Content-Length', item.size),
    element('Content-Type', item.contentType),
    item.contentEncoding === undefined ? '<Content-Encoding />' : element('Content-Encoding', item.contentEncoding),
    item.contentLanguage === undefined ? '<Content-Language/>' : element('Content-Language', item.contentLanguage),
    '<Content-CRC64 />',
    element('Content-MD5', item.md5),
    element('Cache-Control', item.cacheControl),
    element('Content-Disposition', item.contentDisposition),
    element('BlobType', item.blobType),
    element('AccessTier', item.tier ?? 'Hot'),
    item.tier === undefined ? '<AccessTierInferred>true</AccessTierInferred>' : '',
    '<LeaseStatus>unlocked</LeaseStatus><LeaseState>available</LeaseState><ServerEncrypted>true</ServerEncrypted>',
    item.tags === undefined && !item.tagsUntold ? '' : '<TagCount>1</TagCount>',
    item.copyPending ? '<CopyId>1</CopyId><CopyStatus>pending</CopyStatus>' : '',
    '</Properties>',
    metadata.length === 0
      ? '<Metadata />'
      : `<Metadata>${metadata.map(([key, value]) => element(key, value)).join('')}</Metadata>`,
    tagsXml(item.tags),
    '<OrMetadata /></Blob>',
  ].join('')
}

export const pageXml = (items: readonly BlobItem[], next = ''): string =>
  [
    '\ufeff<?xml version="1.0" encoding="utf-8"?>',
    '<EnumerationResults ServiceEndpoint="https://east.blob.core.windows.net/" ContainerName="a">',
    '<MaxResults>5000</MaxResults>',
    items.length === 0 ? '<Blobs />' : `<Blobs>${items.map(rowXml).join('')}</Blobs>`,
    next === '' ? '<NextMarker />' : `<NextMarker>${escapeXml(next)}</NextMarker>`,
    '</EnumerationResults>',
  ].join('')
