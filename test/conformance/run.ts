import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

/**
 * Runs the official conformance suite against the production server with the suite's own tools beside the operations:
 * `bun run conformance [revision …] [--compiled] [--scenario name]`. `--compiled` compiles the same server first, as a
 * release is compiled. Exits 1 unless every scenario passes, also those that the requirements do not score; each is listed with its state.
 */
const revisions = ['2025-11-25', '2026-07-28']

const { values, positionals } = parseArgs({
  options: { compiled: { type: 'boolean', default: false }, scenario: { type: 'string' } },
  allowPositionals: true,
})
const unknown = positionals.filter((revision) => !revisions.includes(revision))
if (unknown.length > 0)
  throw new Error(`no such revision: ${unknown.join(', ')}; there are ${revisions.join(', ')}`)

const entry = join(import.meta.dir, 'server.ts')
const command = values.compiled ? [await compile(entry)] : [process.execPath, entry]
const server = Bun.spawn(command, { stdin: 'pipe', stdout: 'pipe', stderr: 'inherit' })
const url = await firstLine(server.stdout)

const chosen = positionals.length > 0 ? positionals : revisions
const failed: string[] = []
for (const revision of chosen) {
  const args = values.scenario
    ? ['--scenario', values.scenario, '--spec-version', revision]
    : ['--requirements', revision]
  if (!(await suitePasses(args))) failed.push(revision)
}

server.stdin.end()
await server.exited
const against = values.compiled ? 'compiled' : 'from source'
console.log(
  failed.length > 0
    ? `\nFAILED ${against}: ${failed.join(', ')}`
    : `\npassed ${against}: ${chosen.join(', ')}`,
)
process.exit(failed.length > 0 ? 1 : 0)

async function suitePasses(args: string[]): Promise<boolean> {
  const suite = 'node_modules/@modelcontextprotocol/conformance/dist/index.js'
  const child = Bun.spawn([process.execPath, suite, 'server', '--url', url, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const decoder = new TextDecoder()
  let said = ''
  for await (const chunk of child.stdout) {
    process.stdout.write(chunk)
    said += decoder.decode(chunk, { stream: true })
  }
  const unscored = Number(/^Not scored for .* (\d+) failing/m.exec(said)?.[1] ?? 0)
  return (await child.exited) === 0 && unscored === 0
}

/** The same options as a release has, see src/build.ts. */
async function compile(entrypoint: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-compiled-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const outfile = join(folder, 'conformance-server')
  await Bun.build({
    entrypoints: [entrypoint],
    compile: { outfile, autoloadDotenv: false, autoloadBunfig: false },
    minify: true,
    bytecode: true,
  })
  return outfile
}

async function firstLine(output: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder()
  let seen = ''
  for await (const chunk of output) {
    seen += decoder.decode(chunk, { stream: true })
    if (seen.includes('\n')) return seen.slice(0, seen.indexOf('\n'))
  }
  throw new Error('the server ended before it listened')
}
