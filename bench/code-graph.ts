import { existsSync } from 'node:fs'
import ts from 'typescript5'
import { extract } from '../src/modules/code/parsing/extract'
import { createPool } from '../src/modules/code/parsing/pool'
import type { SourceText } from '../src/modules/code/parsing/source-text'
import { type Accuracy, measure } from '../test/code/graph/accuracy'
import { memoryGraph } from '../test/code/graph/memory-graph'
import { startApp } from '../test/kit/app'
import { benchCodeDefinitions } from './code-definitions'
import { benchLanguages } from './code-languages'

/** How right the graph is beside TypeScript's own language service, how fast texts are parsed, and what others feel of it. */
export async function benchCodeGraph(): Promise<void> {
  const texts = await readSources('zod/src')
  await benchAccuracy('zod, its v3 alone', new Map([...texts].filter(([path]) => path.startsWith('v3/'))))
  await benchAccuracy('ajv', await readSources('ajv/lib'))
  await benchAccuracy('@noble/curves', await readSources('@noble/curves/src'))
  await benchLanguages()
  if (Bun.which('ctags') && existsSync('/usr/include')) await benchCodeDefinitions(['/usr/include'])
  await benchParsing(texts)
  await benchOthers(texts)
}

/** The sources of an installed package without its tests and translations. */
async function readSources(below: string): Promise<Map<string, string>> {
  const folder = new URL(`../node_modules/${below}`, import.meta.url).pathname
  const texts = new Map<string, string>()
  for (const path of [...new Bun.Glob('**/*.ts').scanSync(folder)].sort()) {
    if (!/(^|\/)(tests|locales|benchmarks)\//.test(path))
      texts.set(path, await Bun.file(`${folder}/${path}`).text())
  }
  return texts
}

const percent = (share: number) => `${(share * 100).toFixed(2)} %`

async function benchAccuracy(name: string, texts: ReadonlyMap<string, string>): Promise<void> {
  const graph = await memoryGraph(texts)
  const [top, members] = [
    await measure(graph, texts, ({ symbol }) => symbol.container === undefined),
    await measure(graph, texts, ({ symbol }) => symbol.container !== undefined),
  ]
  console.log(
    `usages in ${name} (${texts.size} files), beside TypeScript ${ts.version}'s (wanted: 95 % of both):`,
  )
  const all = { symbols: top.symbols + members.symbols, ...together([top, members]) }
  for (const [what, found] of Object.entries({ 'top-level': top, members, all }))
    console.log(
      `  ${what}: ${found.symbols} symbols, ${found.usages} usages; precision ${percent(found.precision)}, recall ${percent(found.recall)}`,
    )
}

function together(parts: readonly Accuracy[]) {
  const sum = (of: (one: Accuracy) => number) => parts.reduce((total, one) => total + of(one), 0)
  const [usages, both] = [sum((one) => one.usages), sum((one) => one.usages * one.recall)]
  const ours = sum((one) => (one.precision === 0 ? 0 : (one.usages * one.recall) / one.precision))
  return { usages, precision: both / ours, recall: both / usages }
}

async function benchParsing(texts: ReadonlyMap<string, string>): Promise<void> {
  const megabytes = [...texts.values()].reduce((sum, text) => sum + text.length, 0) / 1e6
  await extract('typescript', 'export {}')
  const best = { ours: Number.POSITIVE_INFINITY, compiler: Number.POSITIVE_INFINITY }
  for (let round = 0; round < 3; round++) {
    let started = performance.now()
    for (const text of texts.values()) await extract('typescript', text)
    best.ours = Math.min(best.ours, performance.now() - started)
    started = performance.now()
    for (const [path, text] of texts) ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true)
    best.compiler = Math.min(best.compiler, performance.now() - started)
  }
  const speed = (milliseconds: number) => `${((megabytes / milliseconds) * 1000).toFixed(1)} MB/s`
  console.log(
    `symbols, imports and references of ${megabytes.toFixed(1)} MB on one thread: ${speed(best.ours)}`,
  )
  console.log(
    `  TypeScript's parser, syntax alone: ${speed(best.compiler)}; ratio ${(best.compiler / best.ours).toFixed(2)}`,
  )
}

/** The slowest of a hundred calls of another tool, idle and while two repositories' worth of texts is parsed. */
async function benchOthers(texts: ReadonlyMap<string, string>): Promise<void> {
  const app = await startApp()
  const pool = createPool()
  const batch: SourceText[] = [...texts].map(([path, text]) => ({ path, language: 'typescript', text }))
  try {
    await latencies(app, 500)
    await pool.parse(batch.slice(0, 1), AbortSignal.timeout(60_000))
    const idle = await latencies(app, 1000)
    let parsing = true
    const work = (async () => {
      while (parsing)
        for (let at = 0; at < batch.length && parsing; at += 8)
          await pool.parse(batch.slice(at, at + 8), AbortSignal.timeout(60_000))
    })()
    const busy = await latencies(app, 1000)
    parsing = false
    await work
    console.log(
      `p99 of list_projects: ${idle.toFixed(2)} ms idle, ${busy.toFixed(2)} ms while parsing; ratio ${(busy / idle).toFixed(2)} (wanted: 2 at most)`,
    )
  } finally {
    await pool.close()
    await app.close()
  }
}

async function latencies(app: Awaited<ReturnType<typeof startApp>>, calls: number): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < calls; n++) {
    const started = performance.now()
    await app.tool('list_projects', {})
    times.push(performance.now() - started)
    await Bun.sleep(1)
  }
  return times.sort((a, b) => a - b)[Math.floor(calls * 0.99)]!
}
