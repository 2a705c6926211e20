import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fixtureEnv, fixtureServer, git, workRepository } from '../test/code/kit'
import { makeCorpus } from './code-corpus'
import { type Holdfast, startHoldfast } from './kit/holdfast'
import { printTable } from './kit/table'

/** Size of the repository; CODE_BENCH_FILES makes it smaller or larger. */
const files = Number(process.env.CODE_BENCH_FILES ?? 10_000)

interface Job {
  runId: string
  status: string
  error_message: string | null
  stats: { bytes: number; contents_parsed: number }
}

async function post(holdfast: Holdfast, path: string, body: unknown): Promise<unknown> {
  const headers = { authorization: `Bearer ${holdfast.key}`, 'content-type': 'application/json' }
  return (
    await fetch(`${holdfast.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  ).json()
}

/** Asks for an index; `meanwhile` runs until it has ended. Returns the job and its seconds. */
async function index(
  holdfast: Holdfast,
  meanwhile: () => Promise<void> = () => Bun.sleep(20),
): Promise<[Job, number]> {
  const started = performance.now()
  const { runId } = (await post(holdfast, '/api/v1/code/index', { repository: 'bench/large' })) as Job
  const headers = { authorization: `Bearer ${holdfast.key}` }
  for (;;) {
    const job = (await (await fetch(`${holdfast.url}/api/v1/code/jobs/${runId}`, { headers })).json()) as Job
    if (job.status === 'completed') return [job, (performance.now() - started) / 1000]
    if (job.status !== 'pending' && job.status !== 'processing')
      throw new Error(job.error_message ?? job.status)
    await meanwhile()
  }
}

/** Milliseconds of one call of another module's tool. */
async function otherCall(holdfast: Holdfast): Promise<number> {
  const started = performance.now()
  await post(holdfast, '/mcp', {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'list_preferences', arguments: {} },
  })
  return performance.now() - started
}

function at(samples: number[], share: number): number {
  return samples.toSorted((a, b) => a - b)[Math.floor((samples.length - 1) * share)]!
}

/** Most memory that the server has had (proc(5), VmHWM), in MB. */
function peakMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
}

/**
 * A large repository is indexed, then again after a commit of one file. The baseline is git itself: the same fetch, and reading every text once.
 */
export async function benchCodeIndex(): Promise<void> {
  const server = fixtureServer()
  const work = workRepository()
  const corpus = makeCorpus(work.folder, { bytes: files * 4000, files })
  work.commit({})
  const { push, bare } = server.publish('bench/large', work)
  const holdfast = await startHoldfast({ ...fixtureEnv(server), LOG_LEVEL: 'ERROR' })
  try {
    const [idle, busy]: [number[], number[]] = [[], []]
    for (let n = 0; n < 500; n++) idle.push(await otherCall(holdfast))
    const [first, firstSeconds] = await index(holdfast, async () => {
      for (let n = 0; n < 20; n++) busy.push(await otherCall(holdfast))
    })
    work.commit({ 'copy-0/part-0/changed.ts': 'export const changed = true\n' })
    push()
    const [second, secondSeconds] = await index(holdfast)
    const clone = join(work.folder, '..', 'bench-clone')
    const started = performance.now()
    git(work.folder, 'clone', '-q', '--bare', '--depth=1', `file://${bare}`, clone)
    const gitSeconds = (performance.now() - started) / 1000
    rmSync(clone, { recursive: true })
    const megabytes = first.stats.bytes / 1024 ** 2
    printTable(`Indexing ${corpus.files} files, ${Math.round(megabytes)} MB, with symbols`, [
      ['', 'seconds', 'MB/s', '× git clone --depth 1'],
      ['first index', firstSeconds, megabytes / firstSeconds, firstSeconds / gitSeconds],
      [
        `after a commit of one file (${second.stats.contents_parsed} parsed)`,
        secondSeconds,
        '',
        secondSeconds / gitSeconds,
      ],
      ['git clone --bare --depth 1', gitSeconds, megabytes / gitSeconds, 1],
    ])
    printTable('Another tool meanwhile (list_preferences over MCP), one caller', [
      ['', 'p50 ms', 'p99 ms', '× idle p99'],
      ['idle', at(idle, 0.5), at(idle, 0.99), 1],
      ['while it is indexed', at(busy, 0.5), at(busy, 0.99), at(busy, 0.99) / at(idle, 0.99)],
    ])
    console.log(`most memory of the server: ${Math.round(peakMemory(holdfast.pid))} MB`)
  } finally {
    await holdfast.stop()
    await server.stop()
  }
}
