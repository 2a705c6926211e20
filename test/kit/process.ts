import { join } from 'node:path'

/** Holdfast from its source. */
export const source = [process.execPath, join(import.meta.dir, '../../src/main.ts')]

export interface Started {
  process: Bun.Subprocess<'pipe', 'pipe', 'pipe'>
  stdout(): string
  stderr(): string
  /** Resolves when the whole lines of stdout or of stderr hold a match; fails when the process ends before. */
  seen(pattern: RegExp): Promise<RegExpExecArray>
  /** Waits for the exit code and all output. */
  ended(): Promise<number>
  /** Sends a signal and waits for the same. */
  end(signal: NodeJS.Signals): Promise<number>
}

export interface StartOptions {
  /** Working directory. */
  cwd: string
  /** The whole environment but PATH. */
  env?: Record<string, string>
  command?: string[]
}

/** Starts a command in a process of its own. */
export function start(args: string[], { cwd, env, command = source }: StartOptions): Started {
  const child = Bun.spawn([...command, ...args], {
    cwd,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  let ended = false
  const [out, err] = [collect(child.stdout), collect(child.stderr)]
  const finished = async () => {
    await Promise.all([out.done, err.done])
    ended = true
    return child.exited
  }
  void finished()
  return {
    process: child,
    stdout: out.text,
    stderr: err.text,
    async seen(pattern) {
      for (;;) {
        const over = ended
        // A piece may end in the middle of a line, and so in the middle of what is looked for.
        const [seen, told] = [out.text(), err.text()].map((text) => (over ? text : wholeLines(text)))
        const match = pattern.exec(seen!) ?? pattern.exec(told!)
        if (match) return match
        if (over) throw new Error(`ended without ${pattern}:\n${out.text()}${err.text()}`)
        await Bun.sleep(10)
      }
    },
    ended: finished,
    end(signal) {
      child.kill(signal)
      return finished()
    },
  }
}

const wholeLines = (text: string) => text.slice(0, text.lastIndexOf('\n') + 1)

/** Runs a command to its end. */
export async function finish(args: string[], options: StartOptions) {
  const started = start(args, options)
  started.process.stdin.end()
  const code = await started.ended()
  return { code, stdout: started.stdout(), stderr: started.stderr() }
}

function collect(stream: ReadableStream<Uint8Array>): { text(): string; done: Promise<void> } {
  let seen = ''
  const decoder = new TextDecoder()
  const done = (async () => {
    for await (const chunk of stream) seen += decoder.decode(chunk, { stream: true })
  })()
  return { text: () => seen, done }
}
