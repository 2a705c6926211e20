import { connect, createServer, type Server, type Socket } from 'node:net'

/** What the network does to everything that passes. */
export type Weather = 'fair' | 'frozen' | 'refusing'

/** A TCP proxy that can be told to fail as networks do. */
export interface FaultProxy {
  port: number
  /** `frozen` takes bytes and connections and passes nothing on, `refusing` does not listen at all. */
  weather(next: Weather): Promise<void>
  /** Milliseconds that each piece waits in each direction. */
  slow(milliseconds: number): void
  /** Resets every connection. */
  cut(): void
  /** New connections go to this port. */
  retarget(port: number): void
  connections(): number
  close(): Promise<void>
}

interface Pair {
  near: Socket
  far: Socket
}

/** Starts a proxy on a free port of the loopback address. */
export async function startFaultProxy(target: number): Promise<FaultProxy> {
  const pairs = new Set<Pair>()
  let [to, delay, frozen] = [target, 0, false]
  const end = (pair: Pair) => {
    pairs.delete(pair)
    pair.near.resetAndDestroy()
    pair.far.resetAndDestroy()
  }
  const cut = () => {
    for (const pair of [...pairs]) end(pair)
  }
  const accept = (near: Socket) => {
    const pair = { near, far: connect(to, '127.0.0.1') }
    pairs.add(pair)
    for (const [from, into] of [
      [near, pair.far],
      [pair.far, near],
    ] as const) {
      from.setNoDelay(true)
      from.on('data', (bytes) => void setTimeout(() => into.write(bytes), delay))
      from.on('close', () => frozen || end(pair))
      from.on('error', () => {})
    }
    if (frozen) pause(pair, true)
  }
  let server = await listen(accept, 0)
  const { port } = server.address() as { port: number }
  const stopListening = () => new Promise<void>((resolve) => server.close(() => resolve()))
  return {
    port,
    async weather(next) {
      frozen = next === 'frozen'
      for (const pair of pairs) pause(pair, frozen)
      if (next === 'refusing') {
        cut()
        await stopListening()
      } else if (!server.listening) server = await listen(accept, port)
    },
    slow(milliseconds) {
      delay = milliseconds
    },
    cut,
    retarget(next) {
      to = next
    },
    connections: () => pairs.size,
    async close() {
      frozen = false
      cut()
      if (server.listening) await stopListening()
    },
  }
}

function pause({ near, far }: Pair, on: boolean): void {
  for (const socket of [near, far]) on ? socket.pause() : socket.resume()
}

function listen(accept: (near: Socket) => void, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(accept)
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}
