import { createConnection } from 'node:net'
import type { Target } from './url'

/** PostgreSQL's SSLRequest (protocol-flow, "SSL Session Encryption"): length 8, code 80877103. */
export const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])
const patience = 2000

/** Whether the server offers TLS, by its own one-letter answer; undefined when it gives none. */
export function offersTls({ host, port }: Pick<Target, 'host' | 'port'>): Promise<boolean | undefined> {
  if (host.startsWith('/')) return Promise.resolve(false)
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: patience }, () => socket.write(sslRequest))
    const end = (answer: boolean | undefined) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('data', ([letter]) => end(letter === 0x53 ? true : letter === 0x4e ? false : undefined))
    socket.once('error', () => end(undefined))
    socket.once('timeout', () => end(undefined))
    socket.once('close', () => end(undefined))
  })
}
