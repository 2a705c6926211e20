import { type AddressInfo, createServer } from 'node:net'
import { RedisClient } from 'bun'
import { temporaryFolder } from './folder'

export interface RedisServer extends AsyncDisposable {
  url: string
  client: RedisClient
  /** kill -9. */
  kill(): Promise<void>
  /** Starts again on the same port with what was saved. */
  restart(): Promise<void>
  /** Stops the process where it is (SIGSTOP), or lets it go on. */
  freeze(frozen: boolean): void
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

async function waitFor(url: string): Promise<RedisClient> {
  for (let attempt = 0; ; attempt++) {
    const client = new RedisClient(url, { autoReconnect: false, connectionTimeout: 500 })
    try {
      await client.connect()
      await client.send('PING', [])
      return client
    } catch (error) {
      client.close()
      if (attempt > 200) throw error
      await Bun.sleep(25)
    }
  }
}

/** A redis-server of its own on a random port, in a temporary folder; gone at the end of the block. */
export async function startRedis(): Promise<RedisServer> {
  const folder = temporaryFolder()
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  const command = ['redis-server', '--port', String(port), '--bind', '127.0.0.1', '--dir', folder.path]
  const spawn = () =>
    Bun.spawn([...command, '--save', '', '--appendonly', 'no'], { stdout: 'ignore', stderr: 'ignore' })
  let process = spawn()
  const server = {
    url,
    client: await waitFor(url),
    async kill() {
      process.kill('SIGKILL')
      await process.exited
    },
    async restart() {
      process = spawn()
      server.client = await waitFor(url)
    },
    freeze: (frozen: boolean) => void process.kill(frozen ? 'SIGSTOP' : 'SIGCONT'),
    async [Symbol.asyncDispose]() {
      server.client.close()
      process.kill('SIGKILL')
      await process.exited
      folder[Symbol.dispose]()
    },
  }
  return server
}
