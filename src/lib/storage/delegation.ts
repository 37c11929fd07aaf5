import { createHmac } from 'node:crypto'
import type { Clock } from '../model.ts'
import { Secret } from '../secret.ts'
import { identityContainer, renewedSasContainer } from './access.ts'
import type { Sink } from './answer.ts'
import { receive } from './http.ts'
import type { Container } from './ports.ts'
import { storageError } from './storage-error.ts'
import { readXml, XmlError } from './xml.ts'
import { textOf } from './xml-text.ts'

/** A key that an identity gets to sign with in its own name, by the names that storage has for its parts. */
type DelegationKey = Readonly<
  Record<'SignedOid' | 'SignedTid' | 'SignedStart' | 'SignedExpiry' | 'SignedService' | 'SignedVersion', string>
> & { readonly Value: Secret<string> }

const hour = 3_600_000
/** A key may live for seven days; a leaked SAS should not. */
const keyLife = 12 * hour
/** A signature that starts now is refused by clocks that are behind (rclone pull request 9739). */
const clockSkew = 15 * 60_000
/** The format of what is signed has been this since 2020-12-06, and is another one from 2025-07-05 on. */
const signedAs = '2022-11-02'

const iso = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`

/** Takes the answer of Get User Delegation Key. */
const keySink = (): Sink<DelegationKey> => {
  const chunks: Uint8Array[] = []
  return {
    write: chunk => void chunks.push(chunk),
    end: () => {
      const xml = Buffer.concat(chunks)
      const parts = new Map<string, string>()
      let name = ''
      readXml(xml, {
        open: (from, to) => {
          name = xml.toString('utf8', from, to)
        },
        close: (from, to, leaf) => {
          if (leaf) parts.set(name, textOf(xml.toString('utf8', from, to)))
        },
      })
      const part = (wanted: string): string => {
        const value = parts.get(wanted)
        if (!value) throw new XmlError(`The delegation key lacks its ${wanted}.`)
        return value
      }
      return {
        SignedOid: part('SignedOid'),
        SignedTid: part('SignedTid'),
        SignedStart: part('SignedStart'),
        SignedExpiry: part('SignedExpiry'),
        SignedService: part('SignedService'),
        SignedVersion: part('SignedVersion'),
        Value: new Secret(part('Value')),
      }
    },
  }
}

/** The SAS of a container in the name of who owns the key; good as long as that. */
const signed = (key: DelegationKey, resource: string, permissions: string): string => {
  const { SignedOid, SignedTid, SignedStart, SignedExpiry, SignedService, SignedVersion, Value } = key
  const keyParts = [SignedOid, SignedTid, SignedStart, SignedExpiry, SignedService, SignedVersion]
  // Between them lie parts that we do not use: other identities, address, protocol; snapshot, encryption, headers.
  const text = [
    ...[permissions, SignedStart, SignedExpiry, resource, ...keyParts],
    ...['', '', '', '', '', signedAs, 'c'],
    ...['', '', '', '', '', '', ''],
  ].join('\n')
  const sig = createHmac('sha256', Buffer.from(Value.reveal(), 'base64')).update(text, 'utf8').digest('base64')
  const [skoid, sktid, skt, ske, sks, skv] = keyParts as [string, string, string, string, string, string]
  const parts = { sv: signedAs, sp: permissions, st: SignedStart, se: SignedExpiry, sr: 'c' }
  return new URLSearchParams({ ...parts, skoid, sktid, skt, ske, sks, skv, sig }).toString()
}

/** Opens containers of one storage account by SAS that an identity signs itself. */
export interface Delegation {
  /** @param permissions letters in the order of the service, e.g. `rl`. */
  open(container: string, permissions: string): Promise<Container>
}

/**
 * The identity needs Storage Blob Delegator, or Data Reader at the scope of the account. One key serves all containers.
 * @param account name of the storage account; @param endpoint its address without trailing slash.
 */
export const createDelegation = (
  account: string,
  endpoint: string,
  getToken: () => Promise<Secret<string>>,
  clock: Clock,
): Delegation => {
  const service = { ...identityContainer(endpoint, getToken), url: `${endpoint}/` }
  const ask = async (): Promise<DelegationKey> => {
    const [start, expiry] = [iso(clock() - clockSkew), iso(clock() + keyLife)]
    const body = `<?xml version="1.0" encoding="utf-8"?><KeyInfo><Start>${start}</Start><Expiry>${expiry}</Expiry></KeyInfo>`
    const query = 'restype=service&comp=userdelegationkey'
    const { value } = await receive({ method: 'POST', container: service, query, body, side: 'source' }, {}, keySink)
    if (!(Date.parse(value.SignedExpiry) > clock() + hour))
      throw storageError('unavailable', `${endpoint}: the delegation key ends too soon.`, { side: 'source' })
    return value
  }
  let latest: { readonly key: Promise<DelegationKey>; ends: number } | undefined
  const current = (): Promise<DelegationKey> => {
    if (latest !== undefined && latest.ends > clock() + hour) return latest.key
    const made = { key: ask(), ends: clock() + keyLife }
    latest = made
    made.key.then(
      ({ SignedExpiry }) => {
        made.ends = Date.parse(SignedExpiry)
      },
      () => {
        if (latest === made) latest = undefined
      },
    )
    return made.key
  }
  return {
    open: (container, permissions) =>
      renewedSasContainer(async () => {
        const sas = signed(await current(), `/blob/${account}/${container}`, permissions)
        return new Secret(`${endpoint}/${container}?${sas}`)
      }, clock),
  }
}
