import { connect, createServer, type Socket } from 'node:net'

/** A wire to a server on the loopback address that can be cut without either end being told. */
export interface Line {
  port: number
  cut(): void
  /** New connections get through again; those from before stay dead. */
  mend(): void
  stop(): void
}

export function startLine(to: number): Line {
  const sockets = new Set<Socket>()
  const dead = new Set<Socket>()
  let whole = true
  const server = createServer((near) => {
    sockets.add(near)
    near.on('error', () => {})
    if (!whole) return
    const far = connect(to, '127.0.0.1')
    sockets.add(far)
    far.on('error', () => {})
    const pass = (other: Socket) => (chunk: Buffer) => {
      if (!dead.has(near)) other.write(chunk)
    }
    near.on('data', pass(far))
    far.on('data', pass(near))
    near.on('close', () => dead.has(near) || far.destroy())
    far.on('close', () => dead.has(near) || near.destroy())
    server.on('cut', () => dead.add(near))
  })
  server.listen(0, '127.0.0.1')
  return {
    port: (server.address() as { port: number }).port,
    cut() {
      whole = false
      server.emit('cut')
    },
    mend: () => {
      whole = true
    },
    stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
