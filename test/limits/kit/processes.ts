/** A child that takes from a quota; `caller.ts` says how. */
export interface CallerProcess {
  ready: Promise<void>
  go(): void
  /** kill -9. */
  kill(): Promise<void>
  /** Admitted calls that it has reported so far. */
  admitted(): number
  ended: Promise<number>
}

export function spawnCaller(target: string, owner: string, limit: number, calls: number): CallerProcess {
  const command = [
    process.execPath,
    `${import.meta.dir}/caller.ts`,
    target,
    owner,
    String(limit),
    String(calls),
  ]
  const child = Bun.spawn(command, { stdin: 'pipe', stdout: 'pipe', stderr: 'inherit' })
  let text = ''
  let announce = () => {}
  const ready = new Promise<void>((resolve) => {
    announce = resolve
  })
  const read = async () => {
    const decoder = new TextDecoder()
    for await (const chunk of child.stdout) {
      text += decoder.decode(chunk)
      if (text.includes('ready')) announce()
    }
  }
  const ended = read().then(() => child.exited)
  return {
    ready,
    go() {
      child.stdin.write('go\n')
      child.stdin.flush()
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    admitted: () => text.split('+').length - 1,
    ended,
  }
}
