import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Module } from '../../src/core/module'
import { startApp, type TestApp } from '../kit/app'

const root = join(import.meta.dir, '../..')
const folder = join(root, 'src/modules/hello')
const markdown = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
const example = /```ts\n([\s\S]*?)```/.exec(markdown)![1]!
let app: TestApp

beforeAll(async () => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'index.ts'), example)
  const { hello } = (await import(join(folder, 'index.ts'))) as { hello: Module }
  app = await startApp({ modules: [hello] })
})

afterAll(async () => {
  await app?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('the example of docs/architecture.md compiles under the project’s own settings', () => {
  const tsc = Bun.spawnSync(['bun', 'x', 'tsc', '--noEmit'], { cwd: root })
  expect(tsc.stdout.toString()).not.toContain('src/modules/hello')
})

test('it answers over REST and is listed and called over MCP', async () => {
  const greeting = { greeting: 'Hello, Ada' }
  expect(await (await app.rest('GET', '/api/v1/hello/greetings/Ada')).json()).toEqual(greeting)
  expect((await app.tool('say_hello', { name: 'Ada' })).structuredContent).toEqual(greeting)
})
