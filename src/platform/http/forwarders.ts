import type { Logger, Meter } from '../../core/module'
import { type ClientAddress, isPrivate, normalize } from './client-address'
import type { Exchange } from './exchange'

export interface ForwarderParts {
  clientAddress: Pick<ClientAddress, 'trusts'>
  meter: Pick<Meter, 'gauge'>
  log: Logger
}

/**
 * Notices, once, that requests carry forwarding headers of a peer that is no trusted proxy: most often a setting was forgotten and all
 * clients look like one. A client can write such a header too, which is why nothing else follows from it.
 */
export function createForwarderWatch({ clientAddress, meter, log }: ForwarderParts) {
  const gauge = meter.gauge(
    'http_untrusted_forwarder',
    '1 for the first peer that sent forwarding headers without being in TRUSTED_PROXIES; `public` is any that is not on a private network',
    ['peer'],
  )
  let noticed = false
  return (exchange: Pick<Exchange, 'request' | 'peer'>): void => {
    const { headers } = exchange.request
    if (noticed || !(headers.has('x-forwarded-for') || headers.has('fly-client-ip'))) return
    const address = normalize(exchange.peer() ?? '')
    if (address === undefined || clientAddress.trusts(address)) return
    noticed = true
    // A public address may be a person's.
    const shown = isPrivate(address) ? address : 'public'
    gauge(1, { peer: shown })
    log.warn('forwarding headers of a peer that is not in TRUSTED_PROXIES: its clients look like one', {
      peer: shown,
    })
  }
}
