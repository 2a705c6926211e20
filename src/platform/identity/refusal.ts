import { AppError } from '../../core/errors'

const realm = 'Bearer realm="holdfast"'

const unauthorized = (code: string, message: string, challenge: string) =>
  new AppError('unauthorized', message, { code, headers: { 'WWW-Authenticate': challenge } })

/** 401: no credential came along. */
export const missingCredential = () =>
  unauthorized(
    'AUTH_MISSING_KEY',
    'A credential is missing: send Authorization: Bearer <key>, X-API-Key: <key>, or X-User-Email with X-Subscription-Key',
    realm,
  )

/** 401: the header that carries the credential is not written as it should be. */
export const invalidHeader = (message: string) =>
  unauthorized('AUTH_INVALID_HEADER', message, `${realm}, error="invalid_request"`)

/** 401: unknown, altered, disabled, revoked and expired credentials all look like this. */
export const invalidCredential = () =>
  unauthorized(
    'AUTH_INVALID_KEY',
    'The credential is not valid: check that it is complete and neither revoked nor expired',
    `${realm}, error="invalid_token"`,
  )

/** 401: a genuine token whose time is over. Its client gets a new one and comes again. */
export const expiredToken = () =>
  new AppError('unauthorized', 'The access token has expired: get a new one', {
    code: 'AUTH_INVALID_KEY',
    headers: {
      'WWW-Authenticate': `${realm}, error="invalid_token", error_description="The access token has expired"`,
    },
    data: { expired: true },
  })

/** 400: a subscription needs both of its headers. */
export const missingIdentityHeader = () =>
  new AppError('malformed', 'Missing required headers: X-User-Email and X-Subscription-Key', {
    code: 'AUTH_MISSING_HEADERS',
  })
