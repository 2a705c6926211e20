import { expect, test } from 'bun:test'
import { dirname, join } from 'node:path'
import { importsOf, type SourceFile, sourceFiles } from './kit/source'

const files = [...sourceFiles('src'), ...sourceFiles('migrations')]
const paths = new Set(files.map(({ path }) => path))

/** The layers of the platform: a part may import those to its right, and those of its own group only where listed. */
const below: Record<string, string[]> = {
  config: [],
  telemetry: ['config'],
  storage: ['config', 'telemetry'],
  limits: ['storage', 'config', 'telemetry'],
  audit: ['storage', 'config', 'telemetry'],
  jobs: ['storage', 'config', 'telemetry'],
  backup: ['storage', 'config', 'telemetry'],
  tasks: ['jobs', 'storage', 'config', 'telemetry'],
  identity: ['limits', 'audit', 'storage', 'config', 'telemetry'],
  upgrade: ['backup', 'config'],
  transfer: ['tasks', 'backup', 'identity', 'limits', 'audit', 'jobs', 'storage', 'config', 'telemetry'],
  dispatch: ['identity', 'limits', 'audit', 'jobs', 'storage', 'config', 'telemetry'],
  mcp: ['tasks', 'dispatch', 'identity', 'limits', 'audit', 'jobs', 'storage', 'config', 'telemetry'],
  http: ['mcp', 'dispatch', 'identity', 'limits', 'audit', 'jobs', 'storage', 'config', 'telemetry'],
}

const outside = {
  core: /^(elysia|@elysiajs\/|@modelcontextprotocol\/|postgres$|bun:|pino|prom-client|jose)/,
  modules:
    /^(elysia|@elysiajs\/|@modelcontextprotocol\/|postgres$|bun:|drizzle-orm\/(bun-sqlite|postgres-js))/,
}

/** The room a file stands in: `core`, `platform/http`, `modules/journal`, `cli`, `app`, … */
function roomOf(path: string): string {
  const [, top, part] = /^src\/([^/]+)(?:\/([^/]+))?/.exec(path) ?? []
  if (!top) return 'migrations'
  return top === 'platform' || top === 'modules' ? `${top}/${part}` : top.replace(/\.ts$/, '')
}

/** A relative import as a path from the project's root, or undefined for a library. */
function resolve(file: SourceFile, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  const base = join(dirname(file.path), specifier)
  return [base, `${base}.ts`, join(base, 'index.ts')].find((path) => paths.has(path)) ?? base
}

function mayImport(from: string, to: string): boolean {
  if (from === to) return true
  if (to === 'core') return true
  if (from === 'core') return false
  if (from.startsWith('platform/') && to.startsWith('platform/')) {
    return below[from.slice('platform/'.length)]?.includes(to.slice('platform/'.length)) ?? false
  }
  if (from === 'app') return to !== 'cli' && to !== 'main'
  if (from === 'local-databases') return to.startsWith('platform/')
  if (from === 'start-modules') return to.startsWith('platform/') || to === 'local-databases'
  if (from === 'threads')
    return to.startsWith('platform/storage') || to.startsWith('modules/') || to === 'migrations'
  if (from === 'cli' || from === 'main')
    return !to.startsWith('modules/') && !(from === 'cli' && to === 'main')
  // A tool of the project's, no part of the program.
  if (from === 'release') return to === 'cli' || to === 'version' || to === 'platform/deploy'
  if (from === 'build' || from === 'version' || from === 'migrations') return false
  return false
}

const edges = files.flatMap((file) =>
  importsOf(file).map((specifier) => ({ file, specifier, target: resolve(file, specifier) })),
)

test('every room imports only what stands below it', () => {
  const wrong = edges
    .filter(({ target }) => target?.startsWith('src/') || target?.startsWith('migrations/'))
    .filter(({ file, target }) => !mayImport(roomOf(file.path), roomOf(target!)))
    .map(({ file, specifier }) => `${file.path} imports ${specifier}`)
  expect(wrong).toEqual([])
  expect(edges.length).toBeGreaterThan(50)
})

test('nothing in the product imports tests', () => {
  expect(edges.filter(({ target }) => target?.startsWith('test/')).map(({ file }) => file.path)).toEqual([])
})

test.each(['core', 'modules'] as const)('%s stays free of transports and drivers', (room) => {
  const wrong = edges
    .filter(({ file }) => file.path.startsWith(`src/${room}/`))
    .filter(({ specifier }) => outside[room].test(specifier))
    .map(({ file, specifier }) => `${file.path} imports ${specifier}`)
  expect(wrong).toEqual([])
})

test('modules read no environment', () => {
  const wrong = files.filter(
    ({ path, text }) => path.startsWith('src/modules/') && /process\.env|Bun\.env/.test(text),
  )
  expect(wrong.map(({ path }) => path)).toEqual([])
})

test('no import cycle', () => {
  const targets = new Map(files.map((file) => [file.path, [] as string[]]))
  for (const { file, target } of edges) if (target && paths.has(target)) targets.get(file.path)!.push(target)
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (path: string, trail: string[]) => {
    if (trail.includes(path)) return void cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
    if (done.has(path)) return
    for (const next of targets.get(path) ?? []) visit(next, [...trail, path])
    done.add(path)
  }
  for (const path of targets.keys()) visit(path, [])
  expect(cycles).toEqual([])
})
