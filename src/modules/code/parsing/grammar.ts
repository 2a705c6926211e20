import { Language, Parser, type Tree } from 'web-tree-sitter'
import { grammars, runtimePath } from './grammars'
import type { Syntax } from './syntax'
import { type Layout, layoutOf, type Memory, readTree } from './tree-memory'

/** A parser that is ready for one language. */
export interface Grammar {
  name: string
  language: Language
  /** The tree, which the caller deletes; null when more steps would be needed. A step is about 100 operations of the parser. */
  parse(text: string, steps: number): Tree | null
  /** The named nodes of a tree of this language. */
  read(tree: Tree): Syntax
}

let runtime: Promise<Memory> | undefined
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
  const memory = await runtime
  const language = await Language.load(await bytesOf(path))
  const parser = new Parser()
  parser.setLanguage(language)
  let layout: Layout | undefined
  return {
    name,
    language,
    parse: (text, steps) => parse(parser, text, steps),
    read(tree) {
      layout ??= layoutOf(memory, language)
      return readTree(memory, layout, tree)
    },
  }
}

const page = 64 * 1024
/** Bytes that tree-sitter may have, and has from the start. What grew is never given back. A text that wants more ends the worker. */
const [most, initial] = [128 * 1024 ** 2, 32 * 1024 ** 2]
let taken: WebAssembly.Memory | undefined

/** Bytes that tree-sitter has by now. */
export const memoryTaken = (): number => taken?.buffer.byteLength ?? 0

/** Emscripten keeps its views on the memory in the object that it is started with. */
async function start(): Promise<Memory> {
  taken = new WebAssembly.Memory({ initial: initial / page, maximum: most / page })
  const module = { wasmBinary: await bytesOf(runtimePath), wasmMemory: taken, printErr: () => {} }
  await Parser.init(module as never)
  return module as unknown as Memory
}

function parse(parser: Parser, text: string, steps: number): Tree | null {
  let left = steps
  const tree = parser.parse(text, null, { progressCallback: () => --left < 0 })
  if (!tree) parser.reset()
  return tree
}
