import { spawnSync } from 'node:child_process'
import { basename } from 'node:path'
import type { SymbolFact } from '../src/modules/code/parsing/facts'
import { lineTable } from '../src/modules/code/parsing/lines'
import { scanners } from '../src/modules/code/parsing/scanners'
import { languageOfPath } from '../src/modules/code/pipeline/language'
import { printTable } from './kit/table'

/** Kinds that ctags leaves out unless it is asked: prototypes, and variables that are elsewhere. */
const declared = new Set(['prototype', 'externvar'])
const largest = 1_000_000

interface Text {
  path: string
  language: string
  text: string
}

async function readTexts(folder: string): Promise<Text[]> {
  const texts: Text[] = []
  for (const path of [...new Bun.Glob('**/*').scanSync({ cwd: folder })].sort()) {
    const [language, file] = [languageOfPath(path), Bun.file(`${folder}/${path}`)]
    if ((language === 'c' || language === 'cpp') && file.size < largest)
      texts.push({ path, language, text: await file.text() })
  }
  return texts
}

/** `operator ==` as `operator==`. */
const tidy = (name: string) => name.replace(/\s+/g, ' ').replace(/ ?([^\w\s]) ?/g, '$1')

/** Places with names, each with its kind; what ctags names itself is left out. */
function byCtags(folder: string, texts: readonly Text[]): Map<string, string> {
  const all = ['--kinds-C=+px', '--kinds-C++=+px', '--map-C++=+.inl.ipp']
  const run = spawnSync('ctags', [...all, '-x', '--_xformat=%F\t%n\t%K\t%N', '-L', '-'], {
    cwd: folder,
    input: texts.map(({ path }) => path).join('\n'),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  })
  if (run.error) throw new Error(`universal-ctags is needed: ${run.error.message}`)
  const rows = run.stdout.split('\n').map((line) => line.split('\t') as [string, string, string, string?])
  return new Map(
    rows.flatMap(([path, line, kind, name]) =>
      name === undefined || name.startsWith('__anon')
        ? []
        : [[`${path}:${line}:${tidy(name)}`, kind] as const],
    ),
  )
}

/** `namespace a::b` is two for ctags. */
const namesOf = ({ kind, name }: SymbolFact) => (kind === 'namespace' ? name.split('::') : [tidy(name)])

function byScanner(texts: readonly Text[]): { places: Set<string>; seconds: number } {
  const places = new Set<string>()
  let spent = 0
  for (const { path, language, text } of texts) {
    const before = process.cpuUsage()
    const { symbols } = scanners[language]!(text, lineTable(text))
    spent += process.cpuUsage(before).user
    for (const symbol of symbols)
      for (const name of namesOf(symbol)) places.add(`${path}:${symbol.line}:${name}`)
  }
  return { places, seconds: spent / 1e6 }
}

/** Definitions of C and C++ beside those of universal-ctags on the same folders. */
export async function benchCodeDefinitions(folders: readonly string[]): Promise<void> {
  const rows: (string | number)[][] = []
  for (const folder of folders) {
    const texts = await readTexts(folder)
    const [theirs, { places, seconds }] = [byCtags(folder, texts), byScanner(texts)]
    const bytes = texts.reduce((sum, { text }) => sum + text.length, 0)
    const defined = [...theirs].filter(([, kind]) => !declared.has(kind))
    const share = (some: readonly string[], of: { has(place: string): boolean }) =>
      (some.filter((place) => of.has(place)).length / some.length) * 100
    rows.push([
      basename(folder),
      texts.length,
      bytes / 1e6,
      share([...places], theirs),
      share([...theirs.keys()], places),
      share(
        defined.map(([place]) => place),
        places,
      ),
      bytes / 1e6 / seconds,
    ])
  }
  const head = ['', 'files', 'MB', 'precision %', 'recall %', 'recall without prototypes %', 'MB/s']
  printTable('Definitions of C and C++ beside universal-ctags', [head, ...rows])
}

/** `bun bench/code-definitions.ts FOLDER…`. */
if (import.meta.main) await benchCodeDefinitions(process.argv.slice(2))
