const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)

/**
 * Base addresses carry tokens and SAS, so they are https, or http on this very machine; nothing else may ride on them.
 */
export const isBaseAddress = (text: string): boolean => {
  const url = URL.parse(text)
  if (url === null || url.username !== '' || url.password !== '' || text.includes('?') || text.includes('#'))
    return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
}

export const withoutTrailingSlash = (text: string): string => text.replace(/\/+$/, '')
