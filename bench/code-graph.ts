import ts from 'typescript5'
import { extract } from '../src/modules/code/parsing/extract'
import { createPool } from '../src/modules/code/parsing/pool'
import type { SourceText } from '../src/modules/code/parsing/source-text'
import { measure } from '../test/code/graph/accuracy'
import { memoryGraph } from '../test/code/graph/memory-graph'
import { startApp } from '../test/kit/app'

/** How right the graph is beside TypeScript's own language service, how fast texts are parsed, and what others feel of it. */
export async function benchCodeGraph(): Promise<void> {
  const texts = await readSources(new URL('../node_modules/zod/src', import.meta.url).pathname)
  await benchAccuracy(texts)
  await benchParsing(texts)
  await benchOthers(texts)
}

/** The sources of zod without its tests and translations: a real package with barrels, namespaces and merged declarations. */
async function readSources(folder: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  for (const path of [...new Bun.Glob('**/*.ts').scanSync(folder)].sort()) {
    if (!/(^|\/)(tests|locales|benchmarks)\//.test(path))
      texts.set(path, await Bun.file(`${folder}/${path}`).text())
  }
  return texts
}

const percent = (share: number) => `${(share * 100).toFixed(2)} %`

async function benchAccuracy(texts: ReadonlyMap<string, string>): Promise<void> {
  const top = await measure(await memoryGraph(texts), texts, ({ symbol }) => symbol.container === undefined)
  console.log(
    `usages of ${top.symbols} top-level symbols of zod, beside TypeScript ${ts.version}'s ${top.usages}:`,
  )
  console.log(`  precision ${percent(top.precision)}, recall ${percent(top.recall)} (wanted: 95 % of both)`)
  const part = new Map([...texts].filter(([path]) => path.startsWith('v3/')))
  const members = await measure(await memoryGraph(part), part, ({ symbol }) => symbol.container !== undefined)
  console.log(`usages of ${members.symbols} members of zod/v3, beside ${members.usages}:`)
  console.log(
    `  precision ${percent(members.precision)}, recall ${percent(members.recall)} (the others are told as possible, by name)`,
  )
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
