import { AppError } from '../../core/errors'
import type { Principal } from '../../core/principal'
import type { Credentials, Identity } from './identity'
import { anonymousOwner } from './owner'

/**
 * The caller of a request. With `optional` access a refused or absent credential gives a principal of kind `anonymous` that says why; a
 * throttled address, a missing half of the subscription headers and an issuer that does not answer are errors all the same.
 */
export function resolveCaller(
  identity: Identity,
  credentials: Credentials,
  access: 'required' | 'optional',
): Promise<Principal> {
  const known = identity.authenticate(credentials)
  if (access === 'required') return known
  return known.catch((error) => {
    if (error instanceof AppError && error.kind === 'unauthorized') return anonymous(error)
    throw error
  })
}

/** The principal that a refused credential stands for. */
export const anonymous = ({ code, message }: AppError): Principal => ({
  id: anonymousOwner,
  tier: 'free',
  scopes: [],
  kind: 'anonymous',
  refusal: { code, message },
})
