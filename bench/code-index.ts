import { readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fixtureEnv, fixtureServer, git, workRepository } from '../test/code/kit'
import { makeCorpus } from './code-corpus'
import { type Holdfast, startHoldfast } from './kit/holdfast'
import { serverCore } from './kit/load'
import { printTable } from './kit/table'

/** Size of a repository; CODE_BENCH_FILES makes it smaller or larger. */
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
  repository: string,
  meanwhile: () => Promise<void> = () => Bun.sleep(20),
): Promise<[Job, number]> {
  const started = performance.now()
  const { runId } = (await post(holdfast, '/api/v1/code/index', { repository })) as Job
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

/** Runs of idle, control and indexing, in turn: what others do on the machine hits all of them alike, and of their p99 the median counts. */
const rounds = 9

/** One call of each, a pause between them. */
async function callOthers(holdfast: Holdfast, { reads, writes }: Calls): Promise<void> {
  reads.push(await timeOf(holdfast, 'list_preferences', {}))
  await Bun.sleep(pace)
  const preference = { key: 'bench', value: String(writes.length) }
  writes.push(await timeOf(holdfast, 'set_preference', preference))
  await Bun.sleep(pace)
}

async function callTimes(holdfast: Holdfast, calls: Calls, times: number): Promise<void> {
  for (let n = 0; n < times; n++) await callOthers(holdfast, calls)
}

/**
 * Processes that do nothing but keep the processors busy, as many as threads that index and at their priority: what they do to other tools is the
 * machine's own share of what indexing does.
 */
function keepBusy(): { stop(): Promise<void> } {
  const parsers = Math.max(1, Math.min(2, availableParallelism() - 1))
  const spin = [process.execPath, '-e', 'for (;;) {}']
  const children = [5, ...Array.from({ length: parsers }, () => 10)].map((niceness) =>
    Bun.spawn(['taskset', '-c', serverCore, 'nice', '-n', String(niceness), ...spin]),
  )
  return {
    async stop() {
      for (const child of children) child.kill('SIGKILL')
      await Promise.all(children.map(({ exited }) => exited))
    },
  }
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

/** Most memory that the server has had (proc(5), VmHWM), in MB. */
function peakMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
}

interface First {
  megabytes: number
  /** On the clock, and of processor time. */
  seconds: number
  spent: number
}

/** Lets the process that measures go first, where that is allowed: what it waits for a processor is not the server's time. */
function goFirst(): void {
  const first = ['chrt', '--all-tasks', '--reset-on-fork', '--rr', '--pid', '5', String(process.pid)]
  const { success } = Bun.spawnSync(first, { stderr: 'ignore' })
  if (!success) console.log('the load has no real-time priority: it waits for processors itself')
}

/** Other tools while nothing else runs, while processors are kept busy, and while repositories are indexed for the first time. */
async function compareOthers(holdfast: Holdfast, repositories: string[]): Promise<First> {
  const [idle, control, busy]: [Calls[], Calls[], Calls[]] = [[], [], []]
  const begin = (runs: Calls[]): Calls => runs[runs.push({ reads: [], writes: [] }) - 1]!
  const first: First = { megabytes: 0, seconds: 0, spent: 0 }
  await callTimes(holdfast, begin([]), 100)
  goFirst()
  for (const repository of repositories) {
    await callTimes(holdfast, begin(idle), 200)
    const spinning = keepBusy()
    await callTimes(holdfast, begin(control), 200)
    await spinning.stop()
    const before = processorSeconds(holdfast.pid)
    const calls = begin(busy)
    const [job, seconds] = await index(holdfast, repository, () => callTimes(holdfast, calls, 20))
    first.spent += processorSeconds(holdfast.pid) - before
    first.seconds += seconds
    first.megabytes += job.stats.bytes / 1024 ** 2
  }
  printOthers({ idle, 'processors busy': control, 'while it is indexed': busy })
  return first
}

function printOthers(whens: Record<string, Calls[]>): void {
  const [idle, control] = Object.values(whens) as [Calls[], Calls[]]
  const names = { reads: 'list_preferences', writes: 'set_preference' }
  const median = (kind: keyof Calls, runs: Calls[], share: number) =>
    at(
      runs.map((calls) => at(calls[kind], share)),
      0.5,
    )
  printTable(`Other tools meanwhile over MCP, one caller, medians of ${rounds} runs`, [
    ['', 'calls', 'p50 ms', 'p99 ms', '× idle p99', '× control p99'],
    ...(['reads', 'writes'] as const).flatMap((kind) =>
      Object.entries(whens).map(([when, runs]) => {
        const p99 = median(kind, runs, 0.99)
        const ratios = [idle, control].map((others) => p99 / median(kind, others, 0.99))
        const calls = runs.reduce((sum, { [kind]: taken }) => sum + taken.length, 0)
        return [`${names[kind]}, ${when}`, calls, median(kind, runs, 0.5), p99, ...ratios]
      }),
    ),
  ])
}

/**
 * Large repositories are indexed, and one again after a commit of one file. The baseline is git itself: the same fetch, and reading every text once.
 */
export async function benchCodeIndex(): Promise<void> {
  const server = fixtureServer()
  const work = workRepository()
  const corpus = makeCorpus(work.folder, { bytes: files * 4000, files })
  work.commit({})
  const names = Array.from({ length: rounds }, (_, round) => `bench/large-${round}`)
  const published = names.map((name) => server.publish(name, work))
  const holdfast = await startHoldfast({ ...fixtureEnv(server), LOG_LEVEL: 'ERROR' })
  try {
    const { megabytes, seconds, spent } = await compareOthers(holdfast, names)
    work.commit({ 'copy-0/part-0/changed.ts': 'export const changed = true\n' })
    published[0]!.push()
    const [second, secondSeconds] = await index(holdfast, names[0]!)
    const clone = join(work.folder, '..', 'bench-clone')
    const started = performance.now()
    git(work.folder, 'clone', '-q', '--bare', '--depth=1', `file://${published[0]!.bare}`, clone)
    const gitSeconds = (performance.now() - started) / 1000
    rmSync(clone, { recursive: true })
    const firstSeconds = seconds / rounds
    printTable(
      `Indexing ${corpus.files} files with symbols, ${rounds} times ${Math.round(megabytes / rounds)} MB`,
      [
        ['', 'seconds', 'MB/s', '× git clone --depth 1'],
        ['first index, the mean', firstSeconds, megabytes / seconds, firstSeconds / gitSeconds],
        ['its processor time', spent / rounds, megabytes / spent, ''],
        [
          `after a commit of one file (${second.stats.contents_parsed} parsed)`,
          secondSeconds,
          '',
          secondSeconds / gitSeconds,
        ],
        ['git clone --bare --depth 1', gitSeconds, megabytes / rounds / gitSeconds, 1],
      ],
    )
    console.log(`most memory of the server: ${Math.round(peakMemory(holdfast.pid))} MB`)
  } finally {
    await holdfast.stop()
    await server.stop()
  }
}
