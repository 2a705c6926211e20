import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { CorpusFile } from './corpus'

/** The folder of an installed npm package: sources that real people wrote. */
export const packageFolder = (name: string): string =>
  dirname(Bun.resolveSync(`${name}/package.json`, import.meta.dir))

/** Every text file of a folder that an index would take: UTF-8, at most 1 MB. */
export function textsOf(folder: string): CorpusFile[] {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.slice(folder.length).includes('/node_modules/'))
  return paths.sort().flatMap((path) => {
    const bytes = readFileSync(path)
    if (bytes.length > 1024 ** 2 || bytes.includes(0)) return []
    return [{ path: path.slice(folder.length + 1), text: bytes.toString('utf8') }]
  })
}

/** `path:line:start-end,…` of every matching line, columns in UTF-16 units from 1. */
export type Found = Set<string>

/** What ripgrep finds in these files. */
export function ripgrep(folder: string, files: readonly CorpusFile[], args: readonly string[]): Found {
  const found: Found = new Set()
  const paths = files.map(({ path }) => path)
  const ran = spawnSync('rg', ['--json', '--no-config', '--crlf', '--no-unicode', ...args, ...paths], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (ran.error) throw ran.error
  if (ran.status !== null && ran.status > 1) throw new Error(`rg: ${ran.stderr}`)
  for (const line of ran.stdout.split('\n'))
    if (line.includes('"type":"match"')) found.add(lineOf(JSON.parse(line)))
  return found
}

interface Matched {
  data: {
    path: { text: string }
    lines: { text: string }
    line_number: number
    submatches: { start: number; end: number }[]
  }
}

function lineOf({ data }: Matched): string {
  const bytes = Buffer.from(data.lines.text)
  const units = (to: number) => bytes.subarray(0, to).toString('utf8').length + 1
  const ranges = data.submatches.slice(0, 10).map(({ start, end }) => `${units(start)}-${units(end)}`)
  return `${data.path.text}:${data.line_number}:${ranges.join(',')}`
}
