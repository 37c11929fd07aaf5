import type { Access, Container } from './ports.ts'

/**
 * A blob name as a path. Slashes stay, everything else that has a meaning in addresses is percent-encoded, so that
 * `a%20b`, `#`, `?`, `+` and quotes are part of the name and nothing else.
 */
export const encodeName = (name: string): string =>
  /^[\w.~/-]*$/.test(name)
    ? name
    : encodeURIComponent(name)
        .replaceAll('%2F', '/')
        .replace(/['()*!]/g, mark => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)

/** Address of a blob without access. */
export const blobUrl = (container: Container, name: string): string => `${container.url}/${encodeName(name)}`

/** Headers, names and values in turn, that name a copy source and let the target read it. They hold secrets. */
export const copySourceHeaders = (url: string, access: Access): readonly string[] =>
  access.kind === 'sas'
    ? ['x-ms-copy-source', `${url}?${access.query.reveal()}`]
    : ['x-ms-copy-source', url, 'x-ms-copy-source-authorization', `Bearer ${access.token.reveal()}`]
