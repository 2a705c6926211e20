import { afterAll, beforeAll, expect, test } from 'bun:test'
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { emptyFolder } from '../kit/folder'
import { startServer, type TestServer } from '../kit/server'
import { notRun } from './not-run'

const root = join(import.meta.dir, '../..')
const main = join(root, 'src/main.ts')

interface Block {
  /** File and first line. */
  name: string
  text: string
}

function blocksOf(file: string): Block[] {
  const found = readFileSync(join(root, file), 'utf8').matchAll(/^```(?:sh|bash)\n([\s\S]*?)^```/gm)
  return [...found].map(([, text]) => ({ name: `${file}: ${text!.split('\n')[0]}`, text: text! }))
}

const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))
const files = ['README.md', ...pages.map((name) => `docs/${name}`)]
const blocks = files.map((file) => [file, blocksOf(file)] as const).filter(([, found]) => found.length > 0)

/** These want the server stopped, so they get a data folder without one. */
const stopped = ['docs/operations.md: holdfast backup create']

const isIn = (list: string[], { name }: Block) => list.some((start) => name.startsWith(start))
const left = Object.keys(notRun)

let server: TestServer
let sender: string
const folder = emptyFolder()
const tools = emptyFolder()
const home = emptyFolder()
beforeAll(async () => {
  server = await startServer({ folder })
  const { stdout } = await server.cli('keys', 'create', '--service', 'auth-server', '--json')
  sender = (JSON.parse(stdout) as { key: string }).key
  writeFileSync(join(tools, 'holdfast'), program)
  chmodSync(join(tools, 'holdfast'), 0o755)
  mkdirSync(join(home, '.cursor'))
}, 60_000)
afterAll(async () => {
  await server?.stop()
})

/** `holdfast`; a server is ended as soon as it listens. */
const program = `#!/usr/bin/env bash
if [ "$1" != serve ]; then exec "${process.execPath}" "${main}" "$@"; fi
said=$(mktemp)
DATA_DIR=$(mktemp -d) PORT=0 OTEL_PROMETHEUS_PORT=0 "${process.execPath}" "${main}" "$@" >"$said" 2>&1 &
until grep -q 'Prometheus listens' "$said"; do kill -0 $! || { cat "$said"; exit 1; }; sleep 0.05; done
kill -TERM $!; wait $!
`

/** What stands in the text for what only the reader has. */
function filled(text: string): string {
  return text
    .replaceAll(/http:\/\/(127\.0\.0\.1|localhost):8890|https:\/\/mcp\.example\.com(?= )/g, server.url)
    .replaceAll(/kota_(enterprise_)?…/g, server.key)
    .replaceAll('mcp_metrics_…', sender)
    .replaceAll(/(X-API-Key: |Bearer )KEY\b/g, `$1${server.key}`)
    .replaceAll('HOLDFAST_KEY=…', `HOLDFAST_KEY=${server.key}`)
    .replaceAll('restore NAME', 'restore $(ls data/backups | tail -1)')
}

/** Runs blocks one after the other in one shell, where each sees what those before have set. */
async function run(list: Block[], dataDir: string, cwd: string) {
  const { port } = new URL(server.url)
  const script = [
    'set -e',
    'curl() { command curl --fail -sS "$@"; echo; }',
    ...list.flatMap(({ name, text }) => [
      `echo '##' ${JSON.stringify(name).replaceAll(/[$`]/g, '.')} >&2`,
      filled(text),
    ]),
  ].join('\n')
  const child = Bun.spawn(['bash', '-c', script], {
    cwd,
    env: {
      PATH: `${tools}:${process.env.PATH}`,
      HOME: home,
      DATA_DIR: dataDir,
      PORT: port,
      OTEL_PROMETHEUS_PORT: new URL(server.prometheus).port,
      HOLDFAST_URL: server.url,
      HOLDFAST_KEY: server.key,
      KEY: server.key,
    },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  return { code: await child.exited, said: `${out}\n${err}` }
}

test('what is not run is there, and says why', () => {
  const names = blocks.flatMap(([, found]) => found.map(({ name }) => name))
  const gone = [...left, ...stopped].filter((start) => !names.some((name) => name.startsWith(start)))
  expect(gone).toEqual([])
})

test('a command that fails in the middle is seen, and so is an answer of 404', async () => {
  const cwd = emptyFolder()
  const wrong = 'curl $HOLDFAST_URL/nonesuch\necho went on'
  for (const text of ['false\ntrue', wrong]) {
    const { code, said } = await run([{ name: 'wrong', text }], folder, cwd)
    expect(code).not.toBe(0)
    expect(said).not.toContain('went on')
  }
})

for (const [file, found] of blocks) {
  const living = found.filter((block) => !isIn(left, block) && !isIn(stopped, block))
  const resting = found.filter((block) => isIn(stopped, block))
  test.skipIf(living.length === 0)(
    `the commands of ${file} work (${living.length} of ${found.length} blocks)`,
    async () => {
      const { code, said } = await run(living, folder, emptyFolder())
      expect(code, said).toBe(0)
    },
    60_000,
  )
  test.skipIf(resting.length === 0)(
    `those of ${file} that want no server (${resting.length})`,
    async () => {
      const cwd = emptyFolder()
      const made = await run(
        [{ name: 'a first key', text: 'holdfast keys create --user-id a --tier free' }],
        join(cwd, 'data'),
        cwd,
      )
      expect(made.code, made.said).toBe(0)
      const { code, said } = await run(resting, join(cwd, 'data'), cwd)
      expect(code, said).toBe(0)
    },
    60_000,
  )
}
