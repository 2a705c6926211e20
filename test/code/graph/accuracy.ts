import { dirname } from 'node:path'
import ts from 'typescript5'
import type { Graph } from '../../../src/modules/code/graph/look'
import type { Definition } from '../../../src/modules/code/graph/usages/usage'
import { usagesOf } from '../../../src/modules/code/graph/usages/usages-of'

/** How the graph's usages compare with those of TypeScript's language service. */
export interface Accuracy {
  symbols: number
  /** Usages that the compiler finds. */
  usages: number
  precision: number
  recall: number
  /** `path:line:column name` of what only one of the two found, a few of each. */
  missed: string[]
  invented: string[]
}

/** TypeScript's language service over texts in memory. */
export function languageService(texts: ReadonlyMap<string, string>): ts.LanguageService {
  const root = '/repository/'
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowJs: false,
    jsx: ts.JsxEmit.Preserve,
    lib: ['lib.esnext.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    strict: true,
    types: [],
    allowImportingTsExtensions: true,
    noEmit: true,
  }
  const libraries = `${dirname(ts.getDefaultLibFilePath({}))}/`
  const inside = (path: string) => {
    if (path.startsWith(libraries)) return ts.sys.readFile(path)
    return path.startsWith(root) ? texts.get(path.slice(root.length)) : undefined
  }
  const folders = new Set(
    [...texts.keys()].flatMap((path) =>
      path.split('/').map((_, index, parts) => root + parts.slice(0, index).join('/')),
    ),
  )
  return ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () =>
      [...texts.keys()].filter((path) => /\.[cm]?tsx?$/.test(path)).map((path) => root + path),
    getScriptVersion: () => '1',
    getScriptSnapshot(path) {
      const text = inside(path)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: () => `${libraries}lib.d.ts`,
    fileExists: (path) => inside(path) !== undefined,
    readFile: inside,
    directoryExists: (path) =>
      `${path}/` === root || folders.has(path.replace(/\/$/, '')) || folders.has(path),
  })
}

const offsetOf = (text: string, line: number, column: number): number => {
  let at = 0
  for (let n = 1; n < line; n++) at = text.indexOf('\n', at) + 1
  return at + column - 1
}

/** Compares the usages of every chosen symbol of the files below `folder`. */
export async function measure(
  graph: Graph,
  texts: ReadonlyMap<string, string>,
  choose: (definition: Definition) => boolean,
): Promise<Accuracy> {
  const service = languageService(texts)
  let [symbols, both, ours, theirs] = [0, 0, 0, 0]
  const [missed, invented]: [string[], string[]] = [[], []]
  for (const file of await graph.files()) {
    const facts = await graph.facts(file.path)
    for (const [ordinal, symbol] of facts.symbols.entries()) {
      if (!choose({ file, symbol, ordinal })) continue
      const expected = compilerUsages(service, texts, file.path, symbol)
      if (!expected) continue
      symbols++
      const { certain } = await usagesOf(graph, { file, symbol, ordinal })
      const found = new Set(certain.map(({ path, line, column }) => `${path}:${line}:${column}`))
      theirs += expected.size
      ours += found.size
      for (const place of found) {
        if (expected.has(place)) both++
        else invented.push(`${place} ${symbol.name} of ${file.path}:${symbol.line}`)
      }
      for (const place of expected)
        if (!found.has(place)) missed.push(`${place} ${symbol.name} of ${file.path}:${symbol.line}`)
    }
  }
  return {
    symbols,
    usages: theirs,
    precision: both / Math.max(1, ours),
    recall: both / Math.max(1, theirs),
    missed,
    invented,
  }
}

function compilerUsages(
  service: ts.LanguageService,
  texts: ReadonlyMap<string, string>,
  path: string,
  { line, column, name }: { line: number; column: number; name: string },
): Set<string> | undefined {
  const offset = offsetOf(texts.get(path)!, line, column)
  const own = { path: `/repository/${path}`, offset }
  const groups = service.findReferences(`/repository/${path}`, offset)
  if (!groups || name === 'default') return undefined
  const program = service.getProgram()!
  const places = new Set<string>()
  const asked = program.getSourceFile(own.path)!
  // Of `const { a } = …` the compiler gives the usages of the variable and of the member as one.
  if (ts.isBindingElement(innermost(asked, offset).parent ?? asked)) return undefined
  for (const { references } of groups) {
    for (const { fileName, textSpan, isDefinition } of references) {
      const source = program.getSourceFile(fileName)
      if (
        !source ||
        !fileName.startsWith('/repository/') ||
        isDeclaration(source, textSpan.start, isDefinition ?? false, own)
      )
        continue
      // A list that names a class does not use its constructor, nor does a comment.
      if (name === 'constructor' && isListed(source, textSpan.start)) continue
      if (isComment(source, textSpan.start)) continue
      const at = source.getLineAndCharacterOfPosition(textSpan.start)
      places.add(`${fileName.slice('/repository/'.length)}:${at.line + 1}:${at.character + 1}`)
    }
  }
  return places
}

function innermost(source: ts.SourceFile, offset: number): ts.Node {
  let node: ts.Node = source
  for (let inner: ts.Node | undefined = source; inner; ) {
    node = inner
    inner = ts.forEachChild(node, (child) =>
      child.getStart(source) <= offset && offset < child.end ? child : undefined,
    )
  }
  return node
}

function isListed(source: ts.SourceFile, offset: number): boolean {
  const { parent } = innermost(source, offset)
  return (
    parent !== undefined &&
    (ts.isExportSpecifier(parent) || ts.isImportSpecifier(parent) || ts.isImportClause(parent))
  )
}

/** Links in comments are no code: no identifier stands there. */
function isComment(source: ts.SourceFile, offset: number): boolean {
  const line = source.text.slice(source.text.lastIndexOf('\n', offset) + 1, offset)
  return /^\s*(\/?\*|\/\/)/.test(line) || (/\/\*\*/.test(line) && !line.includes('*/'))
}

/** Names of declarations are definitions, not usages; those in import and export lists are usages. */
function isDeclaration(
  source: ts.SourceFile,
  offset: number,
  isDefinition: boolean,
  asked: { path: string; offset: number },
): boolean {
  const node = innermost(source, offset)
  const { parent } = node
  if (!parent) return isDefinition
  if (ts.isImportSpecifier(parent)) return parent.propertyName !== undefined && parent.name === node
  if (ts.isExportSpecifier(parent)) return parent.propertyName !== undefined && parent.name === node
  if (ts.isImportClause(parent)) return false
  if (ts.isShorthandPropertyAssignment(parent)) return false
  if (ts.isConstructorDeclaration(node) || ts.isConstructorDeclaration(parent)) return true
  // `const { a } = x` declares a variable, and uses the member that it is taken of.
  if (ts.isBindingElement(parent) && parent.name === node && ts.isObjectBindingPattern(parent.parent))
    return (
      parent.propertyName !== undefined ||
      (source.fileName === asked.path && offset === asked.offset) ||
      isDefinition
    )
  return (
    'name' in parent &&
    parent.name === node &&
    !ts.isPropertyAccessExpression(parent) &&
    !ts.isJsxAttribute(parent) &&
    !ts.isMetaProperty(parent)
  )
}
