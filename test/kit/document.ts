import { expect } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Fails unless the file in the project holds exactly this text; `bun run docs` writes it instead. */
export function expectDocument(path: string, text: string): void {
  const file = join(import.meta.dir, '../..', path)
  if (process.env.UPDATE_DOCS === '1') writeFileSync(file, text)
  expect(readFileSync(file, 'utf8'), `${path} is out of date: run \`bun run docs\``).toBe(text)
}
