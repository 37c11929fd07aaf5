/** What a player gets. */
export interface PlayerAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string | Uint8Array
}

const refused = (status: number, code: string): PlayerAnswer => ({ status, contentType: 'text/plain', body: code })

/** Codes of the origin that are documented (contract section 8), and bare status codes. */
export const badUrl = refused(400, 'MPE_BAD_URL_SYNTAX')
export const formatBlocked = refused(403, 'MPE_OUTPUT_FORMAT_BLOCKED')
export const encryptionRequired = refused(403, 'MPE_ENC_ENCRYPTION_REQUIRED')
export const encryptionNotSet = refused(403, 'MPE_ENC_ENCRYPTION_NOT_SET_IN_DELIVERY_POLICY')
export const notThere = refused(404, '')
export const notAuthorized = refused(401, '')
export const forbidden = refused(403, '')
export const stopped = refused(503, '')

export const served = (contentType: string, body: string | Uint8Array): PlayerAnswer => ({
  status: 200,
  contentType,
  body,
})
