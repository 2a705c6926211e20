import type { Git, RunOptions } from './git'

/** Reads objects that the repository has, in the order asked for, holding one at a time. */
export async function* readContents(
  git: Git,
  hashes: Iterable<string>,
  options: RunOptions,
): AsyncGenerator<{ hash: string; bytes: Uint8Array }> {
  const child = git.open(['cat-file', '--batch', '--buffer'], options)
  const feeding = feed(child.stdin, hashes)
  try {
    yield* parse(child.stdout)
    await feeding
    options.signal?.throwIfAborted()
  } finally {
    child.kill('SIGKILL')
  }
}

async function feed(input: Bun.FileSink, hashes: Iterable<string>): Promise<void> {
  let waiting = 0
  for (const hash of hashes) {
    waiting += input.write(`${hash}\n`) as number
    if (waiting < 65_536) continue
    waiting = 0
    await input.flush()
  }
  await input.end()
}

/** `<hash> blob <size>\n<bytes>\n`, again and again. */
async function* parse(
  output: ReadableStream<Uint8Array>,
): AsyncGenerator<{ hash: string; bytes: Uint8Array }> {
  const pieces = createPieces(output)
  for (;;) {
    const head = await pieces.line()
    if (head === undefined) return
    const [hash, type, size] = head.split(' ')
    if (type !== 'blob') throw new Error('git does not have an object that it listed')
    const bytes = await pieces.take(Number(size))
    await pieces.take(1)
    yield { hash: hash!, bytes }
  }
}

const feedByte = 10

/** Takes lines and counted bytes from a stream. */
function createPieces(output: ReadableStream<Uint8Array>) {
  const reader = output.getReader()
  let buffer: Uint8Array = new Uint8Array(0)
  async function more(): Promise<boolean> {
    const { done, value } = await reader.read()
    if (done) return false
    buffer = buffer.length === 0 ? value : Buffer.concat([buffer, value])
    return true
  }
  async function takeLarge(size: number): Promise<Uint8Array> {
    const parts = [buffer]
    let have = buffer.length
    while (have < size) {
      const { done, value } = await reader.read()
      if (done) throw new Error('git broke off')
      parts.push(value)
      have += value.length
    }
    const whole = Buffer.concat(parts)
    buffer = whole.subarray(size)
    return whole.subarray(0, size)
  }
  return {
    async line(): Promise<string | undefined> {
      for (;;) {
        const end = buffer.indexOf(feedByte)
        if (end >= 0) {
          const line = new TextDecoder('latin1').decode(buffer.subarray(0, end))
          buffer = buffer.subarray(end + 1)
          return line
        }
        if (!(await more())) return undefined
      }
    },
    async take(size: number): Promise<Uint8Array> {
      if (buffer.length < size) return takeLarge(size)
      const taken = buffer.subarray(0, size)
      buffer = buffer.subarray(size)
      return taken
    },
  }
}
