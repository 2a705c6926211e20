import { delimiter } from 'node:path'
import { exit } from './exit'

/** What a command sees of the world around it. */
export interface Terminal {
  env: Record<string, string | undefined>
  cwd: string
  /** The words that start this very program, absolute: a client starts it in any folder with any PATH. */
  self: string[]
  /** Which of the two is read by a person; none when absent. */
  tty?: { out: boolean; err: boolean }
  /** Writes to stdout as it is. */
  print(text: string): void
  /** Resolves when what was printed has gone on: false when nobody reads any more. */
  printed?(): Promise<boolean>
  /** Writes to stderr as it is. */
  warn(text: string): void
  /** All of stdin. */
  input(): Promise<string>
}

const streams = [process.stdout, process.stderr]

/** What kept text from stdout; a reader that goes away early (`| head`) does not count. */
let unwritten: NodeJS.ErrnoException | undefined

const note = (error?: NodeJS.ErrnoException | null) => {
  if (error && error.code !== 'EPIPE') unwritten ??= error
}

/** The source of a compiled binary stands in a file system of its own. */
const compiled = /^(\/\$bunfs|[A-Z]:[\\/]~BUN)/i.test(Bun.main)

/** This process'. */
export function processTerminal(): Terminal {
  for (const stream of streams) stream.on('error', () => {})
  return {
    env: process.env,
    cwd: process.cwd(),
    self: compiled ? [process.execPath] : [...runtimeOf(process.execPath, process.env.PATH), Bun.main],
    tty: { out: process.stdout.isTTY === true, err: process.stderr.isTTY === true },
    print: (text) => void process.stdout.write(text, note),
    printed: () => new Promise((resolve) => process.stdout.write('', (error) => resolve(!error))),
    warn: (text) => void process.stderr.write(text),
    input: () => Bun.stdin.text(),
  }
}

/**
 * The words that start this Bun. One that npx fetched stands in a cache that is cleared at any time: another one on the PATH,
 * or npx itself, is there longer.
 */
export function runtimeOf(execPath: string, searched: string | undefined): string[] {
  if (!inCache.test(execPath)) return [execPath]
  const PATH = (searched ?? '')
    .split(delimiter)
    .filter((folder) => !inCache.test(`${folder}/`))
    .join(delimiter)
  const bun = Bun.which('bun', { PATH })
  return bun ? [bun] : [Bun.which('npx', { PATH }) ?? 'npx', '-y', `bun@${Bun.version}`]
}

const inCache = /[\\/]_npx[\\/]/

/**
 * Ends stdout and stderr and waits until a pipe has taken everything: `process.exit` alone drops what is beyond 64 KB. Gives the exit code,
 * which is a failure when stdout did not take everything.
 */
export async function flushOutput(code: number): Promise<number> {
  await ended(process.stdout)
  if (unwritten) process.stderr.write(`holdfast: stdout cannot be written: ${reasonOf(unwritten)}\n`)
  await ended(process.stderr)
  return unwritten ? exit.failed : code
}

const ended = (stream: NodeJS.WriteStream) => new Promise<void>((resolve) => stream.end(() => resolve()))

const reasonOf = ({ code, message }: NodeJS.ErrnoException) =>
  code === 'ENOSPC' ? 'the disk is full' : message
