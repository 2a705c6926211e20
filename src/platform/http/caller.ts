import type { Principal } from '../../core/principal'
import type { RequestContext } from '../dispatch/dispatch'
import type { Identity } from '../identity/identity'
import { resolveCaller } from '../identity/resolve'
import type { Exchange } from './exchange'

/** The sender where their key is known, without a promise; noted on the exchange. */
export function recognize(identity: Identity, exchange: Exchange): Principal | undefined {
  const principal = identity.recognize(exchange)
  if (principal) exchange.principal = principal
  return principal
}

/** Authenticates the sender and notes it on the exchange. Throws `unauthorized` or `malformed` where a credential is required. */
export async function identify(
  identity: Identity,
  exchange: Exchange,
  access: 'required' | 'optional',
): Promise<Principal> {
  const principal = await resolveCaller(identity, exchange, access)
  exchange.principal = principal
  return principal
}

/** The exchange as the dispatcher wants it. */
export function contextOf(exchange: Exchange, principal: Principal): RequestContext {
  exchange.principal = principal
  return exchange as Exchange & { principal: Principal }
}
