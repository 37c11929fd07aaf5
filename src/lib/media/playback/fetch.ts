/** Asks an origin or key delivery as a player does: without any credential of ours. */

export interface Fetched {
  /** 0 where nothing answered. */
  readonly status: number
  /** The beginning of the body, as much as was asked for. */
  readonly bytes: Uint8Array
  readonly milliseconds: number
  /** The host of the address, where it was not asked because it is none of ours. */
  readonly foreign?: string
}

/** Asks for an absolute URL; never throws. @param most bytes that are read of the body. */
export type Fetch = (url: string, most: number) => Promise<Fetched>

const nothing = new Uint8Array()

const beginning = async (response: Response, most: number): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk)
    length += chunk.length
    // Leaving the loop cancels the rest.
    if (length >= most) break
  }
  return Buffer.concat(chunks).subarray(0, most)
}

/**
 * @param isKnown whether a host may be asked; all that are not are left alone, whatever a manifest says.
 * @param addressOf where a host is found, as a base address without trailing slash.
 * @param milliseconds for one answer; never scaled.
 */
export const playerFetch =
  (isKnown: (host: string) => boolean, addressOf: (host: string) => string, milliseconds: number): Fetch =>
  async (url, most) => {
    const began = performance.now()
    const told = (status: number, bytes: Uint8Array): Fetched => ({
      status,
      bytes,
      milliseconds: performance.now() - began,
    })
    try {
      const { host, hostname, pathname, search, protocol } = new URL(url)
      // A manifest may name anything; only what is ours is asked, as a player would over TLS.
      if (protocol !== 'https:') return told(0, nothing)
      if (!isKnown(hostname)) return { ...told(0, nothing), foreign: host }
      const signal = AbortSignal.timeout(milliseconds)
      const response = await fetch(`${addressOf(host)}${pathname}${search}`, { signal, redirect: 'manual' })
      return told(response.status, await beginning(response, most))
    } catch {
      return told(0, nothing)
    }
  }
