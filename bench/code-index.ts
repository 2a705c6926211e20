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

/** Milliseconds between two calls of other tools: often enough to notice, too seldom to be what keeps the machine busy. */
const pace = 5

/** Milliseconds of calls of a tool that reads and of one that writes. */
interface Calls {
  reads: number[]
  writes: number[]
}

async function timeOf(holdfast: Holdfast, name: string, args: unknown): Promise<number> {
  const started = performance.now()
  const params = { name, arguments: args }
  const answer = await post(holdfast, '/mcp', { jsonrpc: '2.0', id: 1, method: 'tools/call', params })
  const { result } = answer as { result?: { isError?: boolean } }
  if (!result || result.isError) throw new Error(`${name}: ${JSON.stringify(answer)}`)
  return performance.now() - started
}

/** One call of each, a pause between them. */
async function callOthers(holdfast: Holdfast, { reads, writes }: Calls): Promise<void> {
  reads.push(await timeOf(holdfast, 'list_preferences', {}))
  await Bun.sleep(pace)
  const preference = { key: 'bench', value: String(writes.length) }
  writes.push(await timeOf(holdfast, 'set_preference', preference))
  await Bun.sleep(pace)
}

/** Seconds of processor time of the server and of what it has started and seen end (proc(5)). */
function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100
}

function at(samples: number[], share: number): number {
  return samples.toSorted((a, b) => a - b)[Math.floor((samples.length - 1) * share)]!
}

const row = (name: string, samples: number[], idle: number[]) => [
  name,
  at(samples, 0.5),
  at(samples, 0.99),
  at(samples, 0.99) / at(idle, 0.99),
]

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
    const [idle, busy]: [Calls, Calls] = [
      { reads: [], writes: [] },
      { reads: [], writes: [] },
    ]
    for (let n = 0; n < 500; n++) await callOthers(holdfast, idle)
    const before = processorSeconds(holdfast.pid)
    const [first, firstSeconds] = await index(holdfast, async () => {
      for (let n = 0; n < 20; n++) await callOthers(holdfast, busy)
    })
    const spent = processorSeconds(holdfast.pid) - before
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
      ['its processor time', spent, megabytes / spent, ''],
      [
        `after a commit of one file (${second.stats.contents_parsed} parsed)`,
        secondSeconds,
        '',
        secondSeconds / gitSeconds,
      ],
      ['git clone --bare --depth 1', gitSeconds, megabytes / gitSeconds, 1],
    ])
    printTable('Other tools meanwhile over MCP, one caller', [
      ['', 'p50 ms', 'p99 ms', '× idle p99'],
      row('list_preferences, idle', idle.reads, idle.reads),
      row('list_preferences, while it is indexed', busy.reads, idle.reads),
      row('set_preference, idle', idle.writes, idle.writes),
      row('set_preference, while it is indexed', busy.writes, idle.writes),
    ])
    console.log(`most memory of the server: ${Math.round(peakMemory(holdfast.pid))} MB`)
  } finally {
    await holdfast.stop()
    await server.stop()
  }
}
