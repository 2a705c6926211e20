import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A folder of sources to search in. */
export interface Corpus {
  folder: string
  files: number
  bytes: number
}

const endings = /\.(ts|tsx|js|mjs|cjs|jsx|py|go|rs|java|c|h|cc|cpp|hpp|css|html|md|json|yml|yaml|sh|rb)$/
const largest = 512 * 1024

/** Sources of the installed packages, and of Debian's -dev packages where there are some. */
function* sources(roots: readonly string[]): Generator<string> {
  for (const root of roots)
    for (const entry of safeList(root))
      if (entry.isFile() && endings.test(entry.name)) yield join(entry.parentPath, entry.name)
}

function safeList(root: string) {
  try {
    return readdirSync(root, { recursive: true, withFileTypes: true })
  } catch {
    return []
  }
}

function readText(path: string): string | undefined {
  const { size } = statSync(path)
  if (size < 20 || size > largest) return undefined
  const bytes = readFileSync(path)
  return bytes.includes(0) ? undefined : bytes.toString('utf8')
}

/**
 * Copies beyond the first have every eleventh word of three letters and more renamed, other words in each copy: so they are no duplicates, and a rare word
 * stays rare.
 */
function varied(text: string, copy: number): string {
  if (copy === 0) return text
  let count = copy
  return text.replace(/[A-Za-z]{3,}/g, (word) =>
    ++count % 11 === 0 ? `${word}${(copy * 7919 + count) % 9973}` : word,
  )
}

/** Writes a corpus of at least so many bytes and files. */
export function makeCorpus(folder: string, least: { bytes: number; files: number }): Corpus {
  const roots = [
    join(import.meta.dir, '../node_modules'),
    '/usr/include',
    '/usr/lib/python3',
    '/usr/share/perl5',
  ]
  const paths = [...sources(roots)].sort()
  let [files, bytes] = [0, 0]
  for (let copy = 0; copy < 50 && (bytes < least.bytes || files < least.files); copy++) {
    for (const [at, path] of paths.entries()) {
      if (bytes >= least.bytes && files >= least.files) break
      const text = readText(path)
      if (text === undefined) continue
      const target = join(
        folder,
        `copy-${copy}`,
        `part-${at % 97}`,
        `${at}-${path.slice(path.lastIndexOf('/') + 1)}`,
      )
      mkdirSync(dirname(target), { recursive: true })
      const content = Buffer.from(varied(text, copy))
      writeFileSync(target, content)
      files++
      bytes += content.length
    }
  }
  return { folder, files, bytes }
}
