/** Runs Prometheus' own checker (Debian's package `prometheus`) and tells its exit code and everything it said. */
export async function promtool(args: string[], input?: string): Promise<{ code: number; said: string }> {
  const child = Bun.spawn(['promtool', ...args], {
    stdin: input === undefined ? 'ignore' : new TextEncoder().encode(input),
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { code, said: stdout + stderr }
}
