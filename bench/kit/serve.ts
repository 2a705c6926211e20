import { serverCore } from './load'

export interface Served {
  url: string
  pid: number
  stop(): Promise<void>
}

/** Starts a server on its own core and waits for the URL that it prints on stdout, or, where it prints none, for an answer at `url`. */
export async function serve(
  command: string[],
  env: Record<string, string> = {},
  url?: string,
): Promise<Served> {
  const child = Bun.spawn(['taskset', '-c', serverCore, ...command], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdout: 'pipe',
    stderr: 'ignore',
  })
  return {
    url: url === undefined ? await firstUrl(child.stdout, command) : await answering(url),
    pid: child.pid,
    async stop() {
      child.kill('SIGTERM')
      if ((await Promise.race([child.exited, Bun.sleep(10_000)])) === undefined) child.kill('SIGKILL')
      await child.exited
    },
  }
}

async function answering(url: string): Promise<string> {
  for (let tries = 0; tries < 200; tries++) {
    const answered = await fetch(url).then(
      () => true,
      () => false,
    )
    if (answered) return url
    await Bun.sleep(50)
  }
  throw new Error(`nothing answers at ${url}`)
}

async function firstUrl(stdout: ReadableStream<Uint8Array>, command: string[]): Promise<string> {
  let seen = ''
  const decoder = new TextDecoder()
  for await (const chunk of stdout) {
    seen += decoder.decode(chunk, { stream: true })
    const url = /https?:\/\/\S+/.exec(seen)
    if (url) return url[0].replace(/\/$/, '')
  }
  throw new Error(`${command.join(' ')} ended before it listened: ${seen}`)
}
