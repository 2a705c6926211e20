import { tomlTable } from '../../platform/mcp/clients/block'
import type { Entry } from '../../platform/mcp/clients/form'
import { type ConfigText, FileFault } from './client-file'
import { isOurs, mergeEntry } from './merge-entry'
import { type Statement, statementsOf } from './toml-statements'

type Members = Record<string, unknown>

/** Servers as tables `[section.name]` of a TOML document. All else stays as it is written. */
export function tomlText(section: string): ConfigText {
  const entryIn = (text: string, name: string) =>
    (parse(text)[section] as Members | undefined)?.[name] as Entry | undefined
  const merge = (text: string, name: string, entry: Entry) => {
    const existing = entryIn(text, name)
    const wanted = mergeEntry(existing, entry)
    if (Bun.deepEquals(existing, wanted)) return text
    return checked(text, write(text, [section, name], wanted), [section, name], wanted)
  }
  const remove = (text: string, name: string) => {
    if (entryIn(text, name) === undefined) return text
    return checked(text, cut(text, runsOf(text, [section, name])), [section, name], undefined)
  }
  return { read: entryIn, merge, remove }
}

function parse(text: string): Members {
  try {
    return Bun.TOML.parse(text) as Members
  } catch {
    throw new FileFault('is not valid TOML')
  }
}

type Name = [section: string, name: string]

const isWithin = ({ path }: Statement, name: readonly string[]) => name.every((part, at) => path[at] === part)

/** Where the entry has a header its members are replaced below it; else it is written anew at the end. */
function write(text: string, name: Name, wanted: Entry): string {
  const statements = statementsOf(text)
  const header = statements.find((one) => one.header && one.path.length === 2 && isWithin(one, name))
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const table = (members: Entry) => tomlTable(name, members).replaceAll('\n', eol)
  if (!header) {
    const rest = cut(text, runsOf(text, name))
    const gap = rest === '' ? '' : rest.endsWith('\n') ? eol : eol + eol
    return rest + gap + table(wanted)
  }
  const old = statements.filter((one) => isWithin(one, name) && isOurs(one.path[2] ?? ''))
  const members = Object.fromEntries(Object.entries(wanted).filter(([member]) => isOurs(member)))
  const body = table(members).slice(table({}).length)
  const line = text.slice(header.start, header.end)
  const above = cut(
    text.slice(0, header.start),
    old.filter(({ end }) => end <= header.start),
  )
  const below = old.filter(({ start }) => start >= header.end).map((one) => shifted(one, header.end))
  return above + (line.endsWith('\n') ? line : line + eol) + body + cut(text.slice(header.end), below)
}

type Range = Pick<Statement, 'start' | 'end'>

const shifted = ({ start, end }: Range, by: number): Range => ({ start: start - by, end: end - by })

const cut = (text: string, ranges: Range[]) =>
  ranges.toReversed().reduce((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text)

/** The entry's statements, those that follow each other together with what stands between them. */
function runsOf(text: string, name: Name): Range[] {
  const runs: Range[] = []
  let running = false
  for (const statement of statementsOf(text)) {
    const mine = isWithin(statement, name)
    if (mine && running) runs.at(-1)!.end = statement.end
    else if (mine) runs.push({ start: gapBefore(text, statement), end: statement.end })
    running = mine
  }
  return runs
}

/** The empty line above a table goes with it. */
function gapBefore(text: string, { start, header }: Statement): number {
  const gap = header ? /\r?\n(\r?\n)$/.exec(text.slice(0, start)) : null
  return gap ? start - gap[1]!.length : start
}

/** The new text, if it says what it should and says nothing else anew. */
function checked(before: string, after: string, [section, name]: Name, wanted: Entry | undefined): string {
  const plain = (text: string) => JSON.parse(JSON.stringify(safely(text))) as Members
  const others = (root: Members) => ({ ...root, [section]: { ...(root[section] as Members), [name]: 0 } })
  const is = (plain(after)[section] as Members | undefined)?.[name]
  if (!Bun.deepEquals(others(plain(before)), others(plain(after))) || !Bun.deepEquals(is, wanted))
    throw notSafe(section)
  return after
  function safely(text: string): Members {
    try {
      return parse(text)
    } catch {
      throw notSafe(section)
    }
  }
}

const notSafe = (section: string) =>
  new FileFault(`cannot be changed safely: write its ${section} as tables, [${section}.name]`)
