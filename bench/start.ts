import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printTable } from './kit/table'

const rounds = 9

/** Start-up of the binary on an existing data folder until the first healthy answer, and memory, against a compiled hello. */
export async function benchStart(): Promise<void> {
  const binary = process.env.HOLDFAST_BINARY ?? join(import.meta.dir, '../dist/holdfast')
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-start-'))
  const hello = await compileHello(folder)
  const targets = [
    { name: 'compiled hello (Bun.serve)', command: [hello], path: '/' },
    { name: 'holdfast', command: [binary, 'serve'], path: '/health' },
  ]
  await measure(targets[1]!, folder)
  const results = targets.map(({ name }) => ({ name, runs: [] as Run[] }))
  for (let round = 0; round < rounds; round++) {
    for (const [index, target] of targets.entries()) results[index]!.runs.push(await measure(target, folder))
  }
  const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!
  const rows = results.map(({ name, runs }) => ({
    name,
    start: median(runs.map(({ milliseconds }) => milliseconds)),
    memory: median(runs.map(({ megabytes }) => megabytes)),
  }))
  printTable('Start-up and memory (existing data folder, median of 9)', [
    ['binary', 'first healthy answer ms', 'resident MB, idle 1 s', '× start', '× memory'],
    ...rows.map(({ name, start, memory }) => [
      name,
      start,
      memory,
      start / rows[0]!.start,
      memory / rows[0]!.memory,
    ]),
  ])
  rmSync(folder, { recursive: true, force: true })
}

interface Run {
  milliseconds: number
  megabytes: number
}

async function measure({ command, path }: { command: string[]; path: string }, folder: string): Promise<Run> {
  const port = await freePort()
  const env = {
    PATH: process.env.PATH ?? '',
    DATA_DIR: join(folder, 'data'),
    PORT: String(port),
    OTEL_PROMETHEUS_PORT: '0',
  }
  const started = performance.now()
  const child = Bun.spawn(command, { env, cwd: folder, stdout: 'ignore', stderr: 'ignore' })
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => null)
    if (answer?.ok) break
    await Bun.sleep(1)
  }
  const milliseconds = performance.now() - started
  await Bun.sleep(1000)
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
  const megabytes = Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024
  child.kill('SIGTERM')
  await child.exited
  return { milliseconds, megabytes }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

async function compileHello(folder: string): Promise<string> {
  const source = join(folder, 'hello.ts')
  writeFileSync(
    source,
    "Bun.serve({ hostname: '127.0.0.1', port: Number(process.env.PORT), fetch: () => new Response('hello') })",
  )
  const out = join(folder, 'hello')
  const built = Bun.spawnSync([
    process.execPath,
    'build',
    '--compile',
    '--minify',
    '--bytecode',
    source,
    '--outfile',
    out,
  ])
  if (!built.success) throw new Error(built.stderr.toString())
  return out
}
