/** What tests sign with. */
export const delegationKey = Buffer.from('a key of an identity that exists in tests only').toString('base64')

/** The answer to Get User Delegation Key. @param asked its body, which says from when until when. */
export const delegationKeyXml = (asked: string): string => {
  const [start, expiry] = ['Start', 'Expiry'].map(name => new RegExp(`<${name}>(.*)</${name}>`).exec(asked)?.[1])
  return `<?xml version="1.0"?><UserDelegationKey><SignedOid>oid</SignedOid><SignedTid>tid</SignedTid><SignedStart>${start}</SignedStart><SignedExpiry>${expiry}</SignedExpiry><SignedService>b</SignedService><SignedVersion>2025-05-05</SignedVersion><Value>${delegationKey}</Value></UserDelegationKey>`
}
