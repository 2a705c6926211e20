import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lookFor } from '../../../src/modules/code/search/looking'
import { beginning, readPage } from '../../../src/modules/code/search/pages'
import { parseQuery, termQuery } from '../../../src/modules/code/search/query/parse'
import type { Query } from '../../../src/modules/code/search/query/query'
import { openScope } from '../../../src/modules/code/search/scope'
import type { Storage } from '../../../src/platform/storage/storage'
import { openPostgresStorage, openSqliteStorage, type TestStorage } from '../../kit/storage'
import { addCorpus, type CorpusFile } from './corpus'
import { type Found, packageFolder, ripgrep, textsOf } from './ripgrep'

/** What real repositories seldom have together: line ends of Windows, letters beyond ASCII, long lines, no line end at the end. */
function oddFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-odd-'))
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
  write('windows.txt', 'first line\r\nsecond line\r\n\r\nreturn import\r\nlast line')
  write(
    'letters.txt',
    'Größe ÄRGER ſtraße KELVIN \u212a Ωmega ωMEGA\n日本語テスト 𐐀𐐨 naïve\n😀 emoji return 😀\n',
  )
  write(
    'long.js',
    `${'var a=function(){return b};'.repeat(9000)}\nreturn import;\n${'x'.repeat(100_000)}needle${'y'.repeat(9000)}`,
  )
  write(
    'lines.txt',
    Array.from({ length: 5000 }, (_, n) => `line ${n} return ${n % 7 ? 'a' : 'import b'}`).join('\n'),
  )
  write('blank.txt', '\n\n\n')
  return folder
}

const odd = oddFolder()
/** TypeScript and JavaScript, Python, C++, and the odd ones. */
const folders: Record<string, string> = {
  elysia: packageFolder('elysia'),
  'node-gyp': packageFolder('node-gyp'),
  'node-addon-api': packageFolder('node-addon-api'),
  odd,
}
const files = new Map<string, CorpusFile[]>(
  Object.entries(folders).map(([name, folder]) => [name, textsOf(folder)]),
)

const literals = [
  'import',
  'return',
  'CreateFunction',
  'Error(',
  '=> {',
  'def __init__(self',
  'napi_value',
  'the ',
  'ab',
  '_',
  '});',
  '\t\t',
  '=== undefined',
  'no such text anywhere',
  'needle',
  'line 42',
]
const regexes = [
  'func\\w+\\s*\\(',
  '[A-Z]\\w+Error\\b',
  '^\\s*(def|class|export) \\w+',
  '\\d{4}-\\d\\d',
  '(get|set)[A-Z]\\w*\\(',
  'require\\(.(os|path)',
  'return$',
  'x+n[e]{2}dle',
  '(?i)napi_(ok|value)',
]

/** Every match of a query, page by page, as ripgrep's are written here. */
async function matchesOf(storage: Storage, repository: string, query: Query): Promise<Found> {
  const found: Found = new Set()
  await storage.as('ann').read(async (db) => {
    const scope = await openScope(db, 'ann', { repository })
    const looking = lookFor(db, 'ann', query, scope.places, scope.range!)
    let from = beginning(looking)
    for (;;) {
      const page = await readPage(looking, from, 7)
      const shown = page.found.slice(0, 7)
      for (const { hit } of shown)
        for (const { line, ranges } of hit.lines) found.add(`${hit.file.path}:${line}:${columns(ranges)}`)
      const next = page.found.length > 7 ? shown.at(-1)!.behind : page.rest
      if (!next) return
      from = next
    }
  })
  return found
}

const columns = (ranges: [number, number][]) =>
  ranges
    .slice(0, 10)
    .map(([start, end]) => `${start + 1}-${end + 1}`)
    .join(',')

describe('the same matches as ripgrep, on both databases', () => {
  let databases: TestStorage[]
  beforeAll(async () => {
    databases = await Promise.all([openSqliteStorage(), openPostgresStorage()])
    for (const { storage } of databases)
      for (const [name, texts] of files) await addCorpus(storage.as('ann'), 'ann', `acme/${name}`, texts)
  }, 120_000)
  afterAll(async () => {
    for (const database of databases ?? []) await database.close()
    rmSync(odd, { recursive: true })
  })

  const compare = async (query: Query, args: string[]) => {
    let total = 0
    for (const [name, texts] of files) {
      const expected = [...ripgrep(folders[name]!, texts, args)].sort()
      total += expected.length
      for (const { storage } of databases)
        expect([name, ...[...(await matchesOf(storage, `acme/${name}`, query))].sort()]).toEqual([
          name,
          ...expected,
        ])
    }
    return total
  }

  test('the corpus is what it should be', () => {
    const counts = [...files].map(([name, texts]) => [name, texts.length])
    for (const [, count] of counts) expect(count).toBeGreaterThan(4)
  })

  test.each(literals)(
    'literal %p',
    async (literal) => {
      const total = await compare(termQuery(literal), ['-i', '-F', '-e', literal])
      expect(total === 0).toBe(literal.startsWith('no such'))
    },
    60_000,
  )

  test.each(['größe', 'ärger', 'strasſe', 'straße', 'kelvin', 'ωmega', '日本', '𐐀', 'NAÏVE', '😀', 'k ω'])(
    'letters beyond ASCII: %p',
    async (literal) => {
      await compare(termQuery(literal), ['--unicode', '-i', '-F', '-e', literal])
    },
  )

  test('classes of letters beyond ASCII', async () => {
    await compare(parseQuery('/[^\\x00-\\x7F]+/ case:yes'), ['--unicode', '-e', '[^\\x00-\\x7F]+'])
  })

  test.each(['Import', 'RETURN', 'Error', 'K'])('letter case counts: %p', async (literal) => {
    await compare(parseQuery(`case:yes "${literal}"`), ['-s', '-F', '-e', literal])
  })

  test.each(regexes)(
    'regex %p',
    async (regex) => {
      expect(await compare(parseQuery(`/${regex}/ case:yes`), ['-s', '-e', regex])).toBeGreaterThan(0)
      await compare(parseQuery(`/${regex}/`), ['-i', '-e', regex])
    },
    60_000,
  )
})
