import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { entryTypes } from '../../src/modules/journal/entries/entry'
import { entryCaps } from '../../src/modules/journal/entries/totals'
import { brokenRules, keptRules, moodRules, negations } from '../../src/modules/journal/insights/word-rules'
import { categories } from '../../src/modules/journal/scanner/finding'
import { startApp } from '../kit/app'

const guide = readFileSync(join(import.meta.dir, '../../docs/journal.md'), 'utf8')
/** Code spans of one line; blocks are left out. */
const spans = new Set(
  [...guide.replace(/```[\s\S]*?```/g, '').matchAll(/`([^`]+)`/g)].map((match) => match[1]!),
)

const missing = (names: readonly string[]) => names.filter((name) => !spans.has(name))

test('every word rule is in the guide', () => {
  const rules = [...moodRules.flatMap(({ rules }) => rules), ...keptRules, ...brokenRules]
  expect(missing(rules)).toEqual([])
  expect(guide).toContain(`\`${negations.join(' ')}\``)
  for (const { mood, side } of moodRules) {
    expect(guide).toContain(`- ${mood}${side > 0 ? ' (+)' : side < 0 ? ' (-)' : ''}: `)
  }
})

test('every kind of secret and every type of entry is in the guide', () => {
  expect(missing(categories)).toEqual([])
  expect(missing(entryTypes)).toEqual([])
})

test('the limits of tiers are in the guide', () => {
  expect(guide).toContain(`| free | ${entryCaps.free} |`)
  expect(guide).toContain(`| basic, solo | ${entryCaps.basic!.toLocaleString('en')} |`)
  expect(entryCaps.basic).toBe(entryCaps.solo)
})

test('every tool of the journal is in the guide, with its method and path', async () => {
  const app = await startApp()
  const tools = app.dispatcher.operations.filter(({ module }) => module === 'journal')
  await app.close()
  const rows = guide.split('\n').filter((line) => line.startsWith('| `'))
  for (const { operation } of tools) {
    const row = rows.find((line) => line.includes(`\`${operation.name}\``)) ?? ''
    expect({ tool: operation.name, row }).toEqual({
      tool: operation.name,
      row: expect.stringContaining(operation.rest.path),
    })
    expect(row).toContain(operation.rest.method)
  }
})
