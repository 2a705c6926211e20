import { expect, test } from 'bun:test'
import { Query, type Tree, type TreeCursor } from 'web-tree-sitter'
import { type Grammar, loadGrammar } from '../../../src/modules/code/parsing/grammar'
import { grammars } from '../../../src/modules/code/parsing/grammars'
import type { Syntax } from '../../../src/modules/code/parsing/syntax'
import { queries } from '../../../src/modules/code/symbols/found'
import { compileQuery } from '../../../src/modules/code/symbols/pattern'
import { samples } from '../symbols/samples'

/** The sample as it is, broken off in the middle, with other characters, and nothing at all. */
function textsOf(language: string): string[] {
  const { text } = samples[language]!
  const half = text.slice(0, text.length / 2)
  return [text, half, `${half}\n)]}\n${text}`, text.replace(/[aeo]/g, 'ü𝒳'), `\n\n\t${text}\n`, '', ' \n']
}

interface Line {
  type: string
  field: string | null
  start: number
  end: number
  depth: number
}

/** What tree-sitter's own cursor says of the named nodes, in the order of the text. */
function byCursor(tree: Tree): Line[] {
  const lines: Line[] = []
  const visit = (cursor: TreeCursor, depth: number) => {
    const { nodeType: type, startIndex: start, endIndex: end } = cursor
    lines.push({ type, field: depth === 0 ? null : cursor.currentFieldName, start, end, depth })
    if (!cursor.gotoFirstChild()) return
    do if (cursor.nodeIsNamed) visit(cursor, depth + 1)
    while (cursor.gotoNextSibling())
    cursor.gotoParent()
  }
  const cursor = tree.walk()
  visit(cursor, 0)
  cursor.delete()
  return lines
}

function byMemory({ type, field, start, end, children }: Syntax, depth = 0): Line[] {
  return [{ type, field, start, end, depth }, ...children.flatMap((child) => byMemory(child, depth + 1))]
}

async function eachTree(
  language: string,
  look: (grammar: Grammar, tree: Tree, text: string) => void,
): Promise<void> {
  const grammar = (await loadGrammar(language))!
  for (const text of textsOf(language)) {
    const tree = grammar.parse(text, 1e6)!
    look(grammar, tree, text)
    tree.delete()
  }
}

const languages = Object.keys(grammars)

test.each(languages)('trees of %s are what the cursor of tree-sitter says', (language) =>
  eachTree(language, (grammar, tree) => {
    const read = grammar.read(tree)
    expect(byMemory(read)).toEqual(byCursor(tree))
    expect(read.children.every(({ parent }) => parent === read)).toBe(true)
  }),
)

const captured = (captures: { name: string; start: number; end: number }[]) =>
  captures
    .map(({ name, start, end }) => `${name} ${start}-${end}`)
    .sort()
    .join(', ')

test.each(languages)('patterns of %s find what queries of tree-sitter find', (language) =>
  eachTree(language, (grammar, tree, text) => {
    const query = new Query(grammar.language, queries[language]!)
    const wanted = query
      .matches(tree.rootNode)
      .map(({ captures }) =>
        captured(captures.map(({ name, node }) => ({ name, start: node.startIndex, end: node.endIndex }))),
      )
    query.delete()
    const found: string[] = []
    compileQuery(queries[language]!)(grammar.read(tree), text, (captures) =>
      found.push(captured(captures.map(({ name, node: { start, end } }) => ({ name, start, end })))),
    )
    expect(found.sort()).toEqual(wanted.sort())
  }),
)

test('a text that takes a parser too long has no tree, and the next one has', async () => {
  const grammar = (await loadGrammar('typescript'))!
  expect(grammar.parse('const a = 1\n'.repeat(2000), 5)).toBeNull()
  const tree = grammar.parse('const a = 1', 5)
  expect(grammar.read(tree!).children).toHaveLength(1)
  tree!.delete()
})
