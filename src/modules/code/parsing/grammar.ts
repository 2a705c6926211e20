import { Language, Parser, type Tree } from 'web-tree-sitter'
import { grammars, runtimePath } from './grammars'

/** A parser that is ready for one language. */
export interface Grammar {
  name: string
  language: Language
  /** The tree, which the caller deletes; null when the time is up. */
  parse(text: string, milliseconds: number): Tree | null
}

let runtime: Promise<void> | undefined
const loaded = new Map<string, Promise<Grammar>>()

const bytesOf = (path: string) => Bun.file(path).bytes()

/** Loads what is needed when it is first needed; undefined for languages without a grammar. */
export function loadGrammar(name: string): Promise<Grammar> | undefined {
  const path = Object.hasOwn(grammars, name) ? grammars[name] : undefined
  if (path === undefined) return undefined
  let grammar = loaded.get(name)
  if (!grammar) {
    grammar = open(name, path)
    loaded.set(name, grammar)
  }
  return grammar
}

async function open(name: string, path: string): Promise<Grammar> {
  runtime ??= start()
  await runtime
  const language = await Language.load(await bytesOf(path))
  const parser = new Parser()
  parser.setLanguage(language)
  return { name, language, parse: (text, milliseconds) => parse(parser, text, milliseconds) }
}

async function start(): Promise<void> {
  await Parser.init({ wasmBinary: await bytesOf(runtimePath) } as never)
}

function parse(parser: Parser, text: string, milliseconds: number): Tree | null {
  const deadline = performance.now() + milliseconds
  const tree = parser.parse(text, null, { progressCallback: () => performance.now() > deadline })
  if (!tree) parser.reset()
  return tree
}
