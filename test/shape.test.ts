import { expect, test } from 'bun:test'
import { parseSync, Visitor } from 'oxc-parser'
import { sourceFiles } from './kit/source'

/** The figures of the design: what the best codebases of the field have in common. */
const budget = {
  functions: { median: 12, p90: 45, max: 80 },
  files: { median: 90, p90: 250, max: 400 },
}

const files = sourceFiles('src').map((file) => ({ ...file, lines: file.text.split('\n').length - 1 }))
const functions = files.flatMap(({ path, text }) => functionsOf(path, text))

test.each(['functions', 'files'] as const)('%s stay small enough to fit in the eye', (kind) => {
  const measured = kind === 'functions' ? functions : files.map(({ path, lines }) => ({ name: path, lines }))
  const sorted = measured.toSorted((a, b) => a.lines - b.lines)
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]!.lines
  expect(measured.length).toBeGreaterThan(20)
  expect(sorted.filter(({ lines }) => lines > budget[kind].max)).toEqual([])
  expect(at(0.5)).toBeLessThanOrEqual(budget[kind].median)
  expect(at(0.9)).toBeLessThanOrEqual(budget[kind].p90)
})

test('files are named after nouns and verbs', () => {
  const vague = /(^|\/|-)(utils?|common|types?|helpers?|services?|managers?|misc)(\.|-|\/)/
  expect(files.map(({ path }) => path).filter((path) => vague.test(path))).toEqual([])
  expect(files.map(({ path }) => path).filter((path) => !/^[a-z0-9./-]+$/.test(path))).toEqual([])
})

interface Measured {
  name: string
  lines: number
}

/** Every function with a body of its own; a one-line arrow is part of the line it stands in. */
function functionsOf(path: string, text: string): Measured[] {
  const { program, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]!.message}`)
  const found: Measured[] = []
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length
  const measure = (node: { start: number; end: number; body?: { type: string } | null }) => {
    const lines = lineAt(node.end) - lineAt(node.start) + 1
    if (node.body?.type === 'BlockStatement' || lines > 1)
      found.push({ name: `${path}:${lineAt(node.start)}`, lines })
  }
  new Visitor({
    FunctionDeclaration: measure,
    FunctionExpression: measure,
    ArrowFunctionExpression: measure,
  }).visit(program)
  return found
}
