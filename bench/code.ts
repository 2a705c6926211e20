import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { git } from '../test/code/kit'
import { startApp, type TestApp } from '../test/kit/app'
import { createDatabase } from '../test/kit/postgres'
import { type Corpus, makeCorpus } from './code-corpus'
import { printTable } from './kit/table'

/** The specification's corpus; `CODE_BENCH_MB` and `CODE_BENCH_FILES` make it smaller. */
const least = {
  bytes: Number(process.env.CODE_BENCH_MB ?? 300) * 1e6,
  files: Number(process.env.CODE_BENCH_FILES ?? 40_000),
}
const literalCount = 60
const rounds = 3

/** Literal search against ripgrep and csearch on the same files in the same run, and indexing by the whole pipeline. */
export async function benchCode(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-code-'))
  try {
    const corpus = makeCorpus(join(folder, 'corpus'), least)
    git(corpus.folder, 'init', '-q')
    git(corpus.folder, 'add', '-A')
    git(corpus.folder, 'commit', '-q', '-m', 'corpus')
    console.log(`corpus: ${corpus.files} files, ${(corpus.bytes / 1e6).toFixed(0)} MB`)
    const literals = literalsOf(corpus)
    const baselines = runBaselines(corpus, literals, folder)
    const sqlite = await onDatabase('SQLite', corpus, literals, {})
    const { url, drop } = await createDatabase()
    const postgres = await onDatabase('Postgres', corpus, literals, { DATABASE_URL: url })
    await drop()
    report(corpus, [...baselines, sqlite, postgres])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Names and phrases of the corpus itself, from rare to everywhere; the same ones for the same corpus. */
function literalsOf({ folder }: Corpus): string[] {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('.git'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  const literals = new Set<string>()
  for (let n = 0; literals.size < literalCount && n < literalCount * 20; n++) {
    const text = readFileSync(paths[(n * 7919) % paths.length]!, 'utf8')
    const shapes = [
      /[A-Za-z_]\w{4,24}/g,
      /[A-Za-z_]\w{2,12}\([a-z]\w{2,12}/g,
      /[a-z]{3,9} [a-z]{3,9} [a-z]{3,9}/g,
    ]
    const found = text.match(shapes[n % 3]!) ?? []
    const literal = found[(n * 31) % Math.max(1, found.length)]
    if (literal) literals.add(literal)
  }
  return [...literals]
}

interface Measured {
  name: string
  /** Milliseconds of each literal, the best of the rounds. */
  times: number[]
  indexSeconds?: number
  indexBytes?: number
  peakBytes?: number
}

const bestOf = (work: () => void) => {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const began = performance.now()
    work()
    best = Math.min(best, performance.now() - began)
  }
  return best
}

function runBaselines({ folder }: Corpus, literals: string[], work: string): Measured[] {
  const quiet = { stdio: 'ignore' as const }
  const measured: Measured[] = []
  if (Bun.which('rg')) {
    const times = literals.map((text) =>
      bestOf(() => spawnSync('rg', ['-i', '-F', '-n', '-e', text, folder], quiet)),
    )
    measured.push({ name: 'rg -i -F', times })
  }
  if (Bun.which('cindex')) {
    const env = { ...process.env, CSEARCHINDEX: join(work, 'csearch.index') }
    const began = performance.now()
    spawnSync('cindex', [folder], { ...quiet, env })
    const indexSeconds = (performance.now() - began) / 1000
    const quote = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    const times = literals.map((text) =>
      bestOf(() => spawnSync('csearch', ['-i', '-n', quote(text)], { ...quiet, env })),
    )
    measured.push({ name: 'csearch -i', times, indexSeconds, indexBytes: Bun.file(env.CSEARCHINDEX).size })
  }
  return measured
}

async function onDatabase(
  name: string,
  corpus: Corpus,
  literals: string[],
  env: Record<string, string>,
): Promise<Measured> {
  const app = await startApp({ env: { ...env, CODE_WATCH: 'false', CODE_MAX_FILES: '1000000' } })
  try {
    const key = await app.addKey('bench', 'enterprise', ['*', 'code:local'])
    const { seconds, peak } = await indexCorpus(app, corpus, key)
    const times: number[] = []
    for (const term of literals) times.push(await timeOf(app, term, key))
    return { name, times, indexSeconds: seconds, indexBytes: await textBytes(app), peakBytes: peak }
  } finally {
    await app.close()
  }
}

async function indexCorpus(app: TestApp, { folder }: Corpus, key: string) {
  const began = performance.now()
  let peak = 0
  const started = await app.tool('index_repository', { repository: folder }, key)
  const { runId } = started.structuredContent as { runId: string }
  for (;;) {
    peak = Math.max(peak, process.memoryUsage.rss())
    const answer = await app.tool('get_index_job_status', { runId }, key)
    const job = answer.structuredContent as {
      status: string
      error_message: string | null
      percent: number | null
    }
    if (job.status === 'completed') return { seconds: (performance.now() - began) / 1000, peak }
    if (job.status === 'failed' || job.status === 'cancelled')
      throw new Error(`indexing ${job.status}: ${job.error_message}`)
    await Bun.sleep(500)
  }
}

/** The operation as a client calls it, over MCP, without a socket. */
async function timeOf(app: TestApp, term: string, key: string): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const began = performance.now()
    const answer = await app.tool('search_code', { term }, key)
    best = Math.min(best, performance.now() - began)
    const { results } = answer.structuredContent as { results: unknown[] }
    if (results.length === 0) throw new Error('a text of the corpus was not found')
  }
  return best
}

/** Bytes of everything that search by text needs: pieces and trigrams. */
async function textBytes({ storage }: TestApp): Promise<number> {
  const [row] =
    storage.dialect === 'postgres'
      ? await storage.admin.rows<{ bytes: string }>(
          "select pg_total_relation_size('holdfast.code_blocks') + pg_total_relation_size('holdfast.code_postings') + pg_total_relation_size('holdfast.code_chunks') as bytes",
        )
      : await storage.admin.rows<{ bytes: number }>(
          "select sum(pgsize) as bytes from dbstat where name like 'code\\_blocks%' escape '\\' or name in ('code_postings', 'code_chunks')",
        )
  return Number(row!.bytes)
}

const quantile = (times: number[], share: number) =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))]!

function report(corpus: Corpus, all: Measured[]): void {
  const base = Object.fromEntries(all.map((one) => [one.name, quantile(one.times, 0.5)]))
  const ratio = (name: string, p50: number) =>
    base[name] === undefined ? '-' : `${(base[name] / p50).toFixed(1)} x`
  printTable('Literal search', [
    ['', 'p50 ms', 'p95 ms', 'than rg', 'than csearch', 'than SQLite'],
    ...all.map(({ name, times }) => {
      const p50 = quantile(times, 0.5)
      return [
        name,
        p50,
        quantile(times, 0.95),
        ratio('rg -i -F', p50),
        ratio('csearch -i', p50),
        ratio('SQLite', p50),
      ]
    }),
  ])
  printTable('Indexing', [
    ['', 'seconds', 'MB/s', 'text index', 'peak MB'],
    ...all
      .filter(({ indexSeconds }) => indexSeconds !== undefined)
      .map(({ name, indexSeconds = 0, indexBytes = 0, peakBytes }) => [
        name,
        indexSeconds,
        corpus.bytes / 1e6 / indexSeconds,
        `${(indexBytes / corpus.bytes).toFixed(2)} x`,
        peakBytes === undefined ? '-' : peakBytes / 1e6,
      ]),
  ])
}
