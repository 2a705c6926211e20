/** The lines of a stream of bytes, without their breaks (`\n` or `\r\n`); the rest at its end counts as a line. */
export async function* readLines(input: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let pieces: string[] = []
  for await (const chunk of input) {
    const [first, ...others] = decoder.decode(chunk, { stream: true }).split('\n') as [string, ...string[]]
    pieces.push(first)
    for (const piece of others) {
      yield withoutReturn(pieces.join(''))
      pieces = [piece]
    }
  }
  const rest = pieces.join('') + decoder.decode()
  if (rest) yield withoutReturn(rest)
}

const withoutReturn = (line: string) => (line.endsWith('\r') ? line.slice(0, -1) : line)
