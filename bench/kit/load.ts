import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Target {
  name: string
  url: string
  method?: string
  headers?: Record<string, string>
  body?: string
  /** Several bodies, sent in turn. */
  bodies?: string[]
  /** Process id of the server. */
  pid: number
  /** Waits until the server has done what a run has left to do; its processor time counts, and no later run is disturbed by it. */
  settle?(): Promise<unknown>
}

export interface Sample {
  /** Answers a second. */
  rate: number
  /** Milliseconds. */
  p50: number
  p99: number
  /** Microseconds of the server's processor time an answer: what the machine's noise touches least. */
  cpu: number
  /** Seconds that `settle` took. */
  behind: number
  /** Answers with a status of 400 or more, and broken connections. */
  errors: number
}

/** The core that load comes from; servers are started on the other, or on BENCH_SERVER_CORES (`0-1`). */
const loadCore = '1'
export const serverCore = process.env.BENCH_SERVER_CORES ?? '0'

/** One run of wrk (Debian's package) against a target, from its own core. */
export async function load(target: Target, seconds: number, connections = 32): Promise<Sample> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
  const script = join(folder, 'request.lua')
  writeFileSync(script, luaFor(target))
  const wrk = ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, target.url]
  const before = processorTime(target.pid)
  const child = Bun.spawn(['taskset', '-c', loadCore, ...wrk], { stdout: 'pipe', stderr: 'pipe' })
  const output = await new Response(child.stdout).text()
  rmSync(folder, { recursive: true })
  const report = /RESULT (.*)/.exec(output)
  if (!report) throw new Error(`wrk gave no result: ${output}${await new Response(child.stderr).text()}`)
  const { requests, ...sample } = JSON.parse(report[1]!) as Sample & { requests: number }
  const ended = performance.now()
  await target.settle?.()
  const behind = (performance.now() - ended) / 1000
  return { ...sample, behind, cpu: (processorTime(target.pid) - before) / requests }
}

const ticksPerSecond = 100

/** User and system time of a process so far, in microseconds (proc(5), fields 14 and 15). */
function processorTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1e6
}

const quote = (text: string) => `[==[${text}]==]`

function luaFor({ method = 'GET', headers = {}, body, bodies = [] }: Target): string {
  const lines = [`wrk.method = ${quote(method)}`]
  if (body !== undefined) lines.push(`wrk.body = ${quote(body)}`)
  for (const [name, value] of Object.entries(headers))
    lines.push(`wrk.headers[ ${quote(name)} ] = ${quote(value)}`)
  if (bodies.length > 0) lines.push(inTurn(bodies))
  return `${lines.join('\n')}
function done(summary, latency)
  local e = summary.errors
  io.write(string.format('RESULT {"requests":%d,"rate":%.1f,"p50":%.3f,"p99":%.3f,"errors":%d}\\n',
    summary.requests, summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    e.connect + e.read + e.write + e.status + e.timeout))
end
`
}

/** A target's median by rate, and all of its rounds. */
export interface Compared extends Sample {
  rounds: readonly Sample[]
}

const medianBy = <T>(list: readonly T[], figure: (one: T) => number): T =>
  list.toSorted((a, b) => figure(a) - figure(b))[list.length >> 1]!

/** How many times as many answers `one` gave as `other`: the median of what each round says, so that neither the machine's drift nor a server's better or worse moments count. */
export const ratio = (one: Compared, other: Compared): number =>
  medianOfRounds(one, other, (mine, its) => mine.rate / its.rate)

/** The same by what an answer costs. */
export const ratioByCpu = (one: Compared, other: Compared): number =>
  medianOfRounds(one, other, (mine, its) => its.cpu / mine.cpu)

function medianOfRounds(one: Compared, other: Compared, figure: (mine: Sample, its: Sample) => number) {
  const figures = one.rounds.map((mine, round) => figure(mine, other.rounds[round]!))
  return medianBy(figures, (value) => value)
}

/** Warms all targets up for as many seconds, then runs them in turn, several rounds. */
export async function compare(
  targets: Target[],
  { rounds = 3, seconds = 4, connections = 32, warmUp = 2 } = {},
): Promise<Map<string, Compared>> {
  const samples = new Map<string, Sample[]>(targets.map(({ name }) => [name, []]))
  for (const target of targets) await load(target, warmUp, connections)
  for (let round = 0; round < rounds; round++) {
    for (const target of targets) samples.get(target.name)!.push(await load(target, seconds, connections))
  }
  return new Map(
    [...samples].map(([name, list]) => [name, { ...medianBy(list, ({ rate }) => rate), rounds: list }]),
  )
}

const inTurn = (
  bodies: string[],
) => `local bodies, turn, requests = { ${bodies.map(quote).join(', ')} }, 0, {}
function init()
  for i, body in ipairs(bodies) do requests[i] = wrk.format(nil, nil, nil, body) end
end
function request()
  turn = turn % #requests + 1
  return requests[turn]
end`
