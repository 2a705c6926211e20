/** What a command sees of the world around it. */
export interface Terminal {
  env: Record<string, string | undefined>
  cwd: string
  /** Writes to stdout as it is. */
  print(text: string): void
  /** Writes to stderr as it is. */
  warn(text: string): void
  /** All of stdin. */
  input(): Promise<string>
}

/** This process'. */
export const processTerminal = (): Terminal => ({
  env: process.env,
  cwd: process.cwd(),
  print: (text) => void process.stdout.write(text),
  warn: (text) => void process.stderr.write(text),
  input: () => Bun.stdin.text(),
})
