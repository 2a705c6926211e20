import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { startMcp, type TestMcp } from './kit'

const home = join(import.meta.dir, 'inspector')
const launcher = join(home, 'node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js')

/** It is no dependency of ours: it brings 110 MB along. Fetched once, by its lock file. */
async function install(): Promise<boolean> {
  const child = Bun.spawn(
    [process.execPath, 'install', '--frozen-lockfile', '--silent', '--ignore-scripts'],
    {
      cwd: home,
      stdio: ['ignore', 'ignore', 'ignore'],
    },
  )
  return (await child.exited) === 0
}

const installed = await install()
if (!installed) console.warn('SKIPPED: the Inspector could not be fetched, so its CLI was not tried')

async function inspect(...args: string[]) {
  const child = Bun.spawn([process.execPath, launcher, '--cli', ...args], {
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  if (code !== 0) throw new Error(`the Inspector ended with ${code}: ${errors || out}`)
  return JSON.parse(out)
}

let server: TestMcp
beforeAll(async () => {
  server = await startMcp()
})
afterAll(() => server.close())

const ways: [string, () => string[]][] = [
  ['HTTP', () => [server.url, '--transport', 'http', '--header', 'Authorization: Bearer reader']],
  ['stdio', () => [process.execPath, join(import.meta.dir, 'stdio-server.ts')]],
]

describe.skipIf(!installed).each(ways)('the Inspector’s CLI over %s', (way, target) => {
  test('lists the tools', async () => {
    const { tools } = await inspect(...target(), '--method', 'tools/list')
    const names = tools.map(({ name }: { name: string }) => name)
    expect(names).toContain('echo')
    expect(names.includes('erase')).toBe(way === 'stdio')
  })

  test('calls one', async () => {
    const call = [
      '--method',
      'tools/call',
      '--tool-name',
      'echo',
      '--tool-arg',
      'text=ab',
      '--tool-arg',
      'times=2',
    ]
    const { structuredContent } = await inspect(...target(), ...call)
    expect(structuredContent).toEqual({ text: 'abab', caller: way === 'HTTP' ? 'reader' : 'all' })
  })
})
