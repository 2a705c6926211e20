import { isIP, createConnection as open, type Socket } from 'node:net'
import {
  type PeerCertificate,
  rootCertificates,
  checkServerIdentity as strangerOf,
  connect as upgrade,
} from 'node:tls'
import { sslRequest } from './offers-tls'
import type { SslMode } from './tls'
import { parseTarget, type Target } from './url'

/** What a connection to Postgres is protected by, looked at on a connection of its own. */
export interface Protection {
  host: string
  mode: SslMode
  /** The server offers TLS; undefined when it says nothing. */
  offered: boolean | undefined
  /** Why its certificate does not stand the strictest check with the present authorities; undefined when it does. */
  fault?: string
  /** `mode` makes the driver check the chain, and with `verify-full` the name as well. */
  verified: 'nothing' | 'chain' | 'chain and name'
  /** A socket file or a loopback address: nothing leaves this machine. */
  local: boolean
}

const patienceMs = 3000

/** Looks at the server's certificate whatever `sslmode` says. Never throws for what the server does. */
export async function lookAtCertificate(url: string, ca: string | undefined): Promise<Protection> {
  const target = parseTarget(url, ca)
  const { host, mode } = target
  const local = host.startsWith('/') || /^(localhost|127\.|::1$)/.test(host)
  const seen = host.startsWith('/') ? { offered: false } : await shakeHands(target)
  return { host, mode, local, verified: checkedBy(target), ...seen }
}

function checkedBy({ mode, ca }: Target): Protection['verified'] {
  if (mode === 'verify-full') return 'chain and name'
  return mode === 'verify-ca' || (mode === 'require' && ca !== undefined) ? 'chain' : 'nothing'
}

type Seen = Pick<Protection, 'offered' | 'fault'>

function shakeHands(target: Target): Promise<Seen> {
  return new Promise((resolve) => {
    const socket = open({ host: target.host, port: target.port, timeout: patienceMs }, () =>
      socket.write(sslRequest),
    )
    const end = (seen: Seen) => {
      socket.destroy()
      resolve(seen)
    }
    socket.once('data', ([letter]) => {
      if (letter === 0x53)
        void certificateFault(socket, target).then((fault) => end({ offered: true, ...fault }))
      else end({ offered: letter === 0x4e ? false : undefined })
    })
    for (const event of ['error', 'timeout', 'close']) socket.once(event, () => end({ offered: undefined }))
  })
}

function certificateFault(socket: Socket, { host, ca }: Target): Promise<{ fault?: string }> {
  return new Promise((resolve) => {
    const secure = upgrade({
      socket,
      ca: ca ?? [...rootCertificates],
      rejectUnauthorized: false,
      ...(isIP(host) === 0 && { servername: host }),
    })
    secure.once('error', (error) =>
      resolve({ fault: (error as NodeJS.ErrnoException).code ?? 'the handshake fails' }),
    )
    secure.once('secureConnect', () => {
      const chain = secure.authorizationError as unknown
      const code = chain instanceof Error ? ((chain as NodeJS.ErrnoException).code ?? chain.message) : chain
      const stranger = strangerOf(host, secure.getPeerCertificate() as PeerCertificate)
      const named = code === undefined || code === null || code === 'ERR_TLS_CERT_ALTNAME_INVALID'
      const fault = !named ? String(code) : stranger ? `it is not for ${host}` : undefined
      resolve(fault === undefined ? {} : { fault })
    })
  })
}
