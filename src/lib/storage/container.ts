import type { IncomingHttpHeaders } from 'node:http'
import { isServiceError } from '../service-error.ts'
import type { Sink } from './answer.ts'
import { receive, type Sending, send } from './http.ts'
import { markNames } from './mark.ts'
import type { Container } from './ports.ts'
import { storageError } from './storage-error.ts'

export { type Mark, markFor, readMark } from './mark.ts'

const prefix = 'x-ms-meta-'

const metadataHeaders = (metadata: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`${prefix}${name}`, value]))

const metadataOf = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith(prefix) && typeof value === 'string' ? [[name.slice(prefix.length), value]] : [],
    ),
  )

const hasCode = (error: unknown, ...codes: string[]): boolean =>
  isServiceError(error) && codes.includes(error.serviceCode ?? '')

/** Creates a private container with its metadata in the same call. A SAS of the container itself does not allow this. */
export const createContainer = async (
  container: Container,
  metadata: Readonly<Record<string, string>>,
  sending: Sending = {},
): Promise<'created' | 'exists'> => {
  const headers = metadataHeaders(metadata)
  try {
    await send({ method: 'PUT', container, query: 'restype=container', headers }, sending)
    return 'created'
  } catch (error) {
    if (hasCode(error, 'ContainerAlreadyExists')) return 'exists'
    throw error
  }
}

/** Metadata of a container, names in lower case; undefined where there is no container. */
export const containerMetadata = async (
  container: Container,
  sending: Sending = {},
): Promise<Record<string, string> | undefined> => {
  try {
    return metadataOf((await send({ method: 'GET', container, query: 'restype=container' }, sending)).headers)
  } catch (error) {
    if (hasCode(error, 'ContainerNotFound')) return undefined
    throw error
  }
}

/**
 * Adds to the metadata of a container and keeps what else is there. The service has no If-Match for this (Set Container
 * Metadata knows If-Modified-Since only), so two writers at the same moment may lose one's addition.
 */
export const setContainerMetadata = async (
  container: Container,
  additions: Readonly<Record<string, string>>,
  sending: Sending = {},
): Promise<void> => {
  const present = await containerMetadata(container, sending)
  if (present === undefined)
    throw storageError('notFound', `${container.url}: there is no such container.`, {
      serviceCode: 'ContainerNotFound',
    })
  await putMetadata(container, { ...present, ...additions }, sending)
}

const putMetadata = async (
  container: Container,
  metadata: Readonly<Record<string, string>>,
  sending: Sending,
): Promise<void> => {
  const headers = metadataHeaders(metadata)
  await send({ method: 'PUT', container, query: 'restype=container&comp=metadata', headers }, sending)
}

/** Writers at the same moment have each written by then. */
const mostChanges = 5

/**
 * Changes metadata that several writers change: it is made of what is there at the moment, and read again until it is
 * there, since another one may have written in between. Other metadata stays.
 *
 * @param change answers what is to be written, or undefined where nothing is, or nothing any more. Pure.
 * @throws ServiceError `conflict` where others write all the time.
 */
export const changeContainerMetadata = async (
  container: Container,
  change: (present: Readonly<Record<string, string>>) => Readonly<Record<string, string>> | undefined,
  sending: Sending = {},
): Promise<void> => {
  for (let changes = 0; ; changes++) {
    const present = (await containerMetadata(container, sending)) ?? {}
    const additions = change(present)
    if (additions === undefined) return
    if (changes === mostChanges) throw storageError('conflict', `${container.url}: its metadata keeps changing.`)
    await putMetadata(container, { ...present, ...additions }, sending)
  }
}

/** Writes a small blob of JSON over whatever has its name. @throws ServiceError `notFound` where there is no container. */
export const writeBlob = async (
  container: Container,
  name: string,
  text: string,
  sending: Sending = {},
): Promise<void> => {
  const headers = { 'x-ms-blob-type': 'BlockBlob', 'x-ms-blob-content-type': 'application/json' }
  await send({ method: 'PUT', container, blob: name, headers, body: text }, sending)
}

/** Takes our mark off a container; other metadata stays. One that is gone has none. */
export const removeMark = async (container: Container, sending: Sending = {}): Promise<void> => {
  const present = await containerMetadata(container, sending)
  if (present === undefined) return
  const others = Object.fromEntries(Object.entries(present).filter(([name]) => !markNames.includes(name)))
  await putMetadata(container, others, sending)
}

class TooLarge extends Error {}

const collect = (most: number): Sink<Uint8Array> => {
  const chunks: Uint8Array[] = []
  let size = 0
  return {
    write: chunk => {
      size += chunk.length
      if (size > most) throw new TooLarge()
      chunks.push(chunk)
    },
    end: () => Buffer.concat(chunks),
  }
}

/**
 * The bytes of a small blob, such as a manifest.
 * @throws ServiceError `notFound`, or `refused` where it is larger than `maxBytes`.
 */
export const readBlob = async (
  container: Container,
  name: string,
  maxBytes: number,
  sending: Sending = {},
): Promise<Uint8Array> => {
  try {
    return (await receive({ method: 'GET', container, blob: name }, sending, () => collect(maxBytes))).value
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error
    throw storageError('refused', `${container.url}/${name}: larger than ${maxBytes} bytes.`)
  }
}
