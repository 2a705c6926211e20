import { join } from 'node:path'

const main = join(import.meta.dir, '../../src/main.ts')

export interface ServerOptions {
  /** Data folder, kept. */
  folder: string
  env?: Record<string, string>
  /** Extra arguments after `serve`. */
  args?: string[]
  /** A key that was made before, instead of a new one. */
  key?: string
  /** The words that start another version than the one under test. */
  command?: string[]
}

/** A server in a process of its own, on free ports. */
export interface TestServer {
  url: string
  prometheus: string
  /** The key of owner `local`, made by this call. */
  key: string
  process: Bun.Subprocess
  /** Everything written to stderr so far. */
  stderr(): string
  /** Runs another command on the same data. */
  cli(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }>
  kill(): void
  /** SIGTERM, and waits for the end and all output. */
  stop(): Promise<number>
}

/** The command under test: the source, or the binary that HOLDFAST_BINARY names. */
const command = () => (process.env.HOLDFAST_BINARY ? [process.env.HOLDFAST_BINARY] : [process.execPath, main])

const environment = ({ folder, env }: ServerOptions): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  DATA_DIR: folder,
  HOST: '127.0.0.1',
  ...env,
})

/** Starts `serve` and waits until it says where it listens. */
export async function startServer(options: ServerOptions): Promise<TestServer> {
  const program = options.command ?? command()
  const cli = async (...args: string[]) => {
    const child = Bun.spawn([...program, ...args], {
      cwd: options.folder,
      env: environment(options),
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), child.exited])
    return { code, stdout, stderr }
  }
  if (options.env?.DATABASE_URL) await cli('migrate', 'up')
  const child = Bun.spawn([...program, 'serve', ...(options.args ?? [])], {
    cwd: options.folder,
    env: { ...environment(options), PORT: '0', OTEL_PROMETHEUS_PORT: '0' },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [output, errors] = [collect(child.stdout), collect(child.stderr)]
  const [service, prometheus] = await listeners(output, errors)
  return {
    url: new URL(service!).origin,
    prometheus: prometheus!,
    key: options.key ?? (await makeKey(cli)),
    process: child,
    stderr: errors.text,
    cli,
    kill: () => child.kill('SIGKILL'),
    async stop() {
      child.kill('SIGTERM')
      await Promise.all([output.done, errors.done])
      return child.exited
    },
  }
}

async function makeKey(cli: TestServer['cli']): Promise<string> {
  const words = 'keys create --tier enterprise --user-id local --scopes *,metrics:read --json'
  const { stdout } = await cli(...words.split(' '))
  return (JSON.parse(stdout) as { key: string }).key
}

const text = (stream: ReadableStream<Uint8Array>) => new Response(stream).text()

interface Collected {
  text(): string
  /** Resolves when the stream has ended. */
  done: Promise<void>
}

function collect(stream: ReadableStream<Uint8Array>): Collected {
  let seen = ''
  const decoder = new TextDecoder()
  const done = (async () => {
    for await (const chunk of stream) seen += decoder.decode(chunk, { stream: true })
  })()
  return { text: () => seen, done }
}

/** The URLs of both listeners, from the lines that `serve` prints. */
async function listeners(stdout: Collected, stderr: Collected): Promise<string[]> {
  let ended = false
  void stdout.done.then(() => {
    ended = true
  })
  for (;;) {
    const over = ended
    const urls = [...stdout.text().matchAll(/https?:\/\/\S+(?=\n)/g)].map((match) => match[0])
    if (urls.length >= 2) return urls
    if (over) throw new Error(`the server ended before it listened: ${stdout.text()}${stderr.text()}`)
    await Bun.sleep(10)
  }
}
