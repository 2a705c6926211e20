import { afterAll, beforeAll, expect, test } from 'bun:test'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Module } from '../../src/core/module'
import { startApp, type TestApp } from '../kit/app'

const root = join(import.meta.dir, '../..')
const markdown = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
const example = /```ts\n([\s\S]*?)```/.exec(markdown)![1]!
let copy: string
let app: TestApp

/** A tree beside the project in which the example stands where the page says: `src/modules/hello/index.ts`. */
function plant(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-example-'))
  mkdirSync(join(folder, 'src/modules/hello'), { recursive: true })
  for (const name of ['src/core', 'node_modules']) symlinkSync(join(root, name), join(folder, name))
  cpSync(join(root, 'tsconfig.json'), join(folder, 'tsconfig.json'))
  writeFileSync(join(folder, 'src/modules/hello/index.ts'), example)
  return folder
}

beforeAll(async () => {
  copy = plant()
  const { hello } = (await import(join(copy, 'src/modules/hello/index.ts'))) as { hello: Module }
  app = await startApp({ modules: [hello] })
})

afterAll(async () => {
  await app?.close()
  rmSync(copy, { recursive: true, force: true })
})

test('the example of docs/architecture.md compiles under the project’s own settings', () => {
  const tsc = Bun.spawnSync([join(root, 'node_modules/.bin/tsc'), '--noEmit', '-p', copy])
  expect(tsc.stdout.toString()).toBe('')
  expect(tsc.exitCode).toBe(0)
})

test('it answers over REST and is called over MCP', async () => {
  const greeting = { greeting: 'Hello, Ada' }
  expect(await (await app.rest('GET', '/api/v1/hello/greetings/Ada')).json()).toEqual(greeting)
  expect((await app.tool('say_hello', { name: 'Ada' })).structuredContent).toEqual(greeting)
})
