import { setImmediate as turn } from 'node:timers/promises'
import { and, eq, inArray, isNull, lt } from 'drizzle-orm'
import type { Reader, Writer } from '../../../core/storage'
import type { ImportFact } from '../parsing/facts'
import { rowsOfStep, type Step, type StepPlace, takeSteps } from '../pipeline/steps'
import { references } from '../tables'
import type { GraphFile, View } from './project-files'
import type { Resolver } from './resolution/resolver'

/** An import of a file on its way to the table. */
export interface ReferenceRow {
  file: number
  ordinal: number
  kind: string
  specifier: string
  name: string | null
  line: number
  column: number
  target_path: string | null
  target_package: string | null
}

/** Names that are resolved before others are served. */
const namesAtOnce = 200
/** Longer specifiers lead nowhere. */
const longestSpecifier = 500

type Wanted = [found: ImportFact, binding: ImportFact['bindings'][number] | undefined]

/** One row for each name that a file imports; one with no name for an import as a whole. */
export async function rowsOf(
  file: GraphFile,
  imports: readonly ImportFact[],
  resolve: Resolver,
): Promise<ReferenceRow[]> {
  const wanted = imports.flatMap((found): Wanted[] =>
    found.bindings.length > 0 ? found.bindings.map((binding) => [found, binding]) : [[found, undefined]],
  )
  const rows: ReferenceRow[] = []
  for (const [ordinal, one] of wanted.entries()) {
    if (ordinal > 0 && ordinal % namesAtOnce === 0) await turn()
    rows.push({ ...rowOf(file, one, resolve), ordinal })
  }
  return rows
}

function rowOf(file: GraphFile, [found, binding]: Wanted, resolve: Resolver): Omit<ReferenceRow, 'ordinal'> {
  const { kind, specifier } = found
  const imported = binding?.imported ?? (kind === 'export_all' ? '*' : undefined)
  const wanted = { from: file.path, language: file.language, kind, specifier, imported }
  const { path, package: name } = specifier.length > longestSpecifier ? {} : resolve(wanted)
  return {
    file: file.file,
    kind,
    specifier: specifier.slice(0, longestSpecifier),
    name: binding && binding.imported !== '*' ? binding.imported.slice(0, 200) : null,
    line: binding?.line ?? found.line,
    column: binding?.column ?? found.column,
    target_path: path ?? null,
    target_package: name?.slice(0, 200) ?? null,
  }
}

const filesAtOnce = 50

/** Adds rows of one generation, a few a step. */
export function addReferences(
  place: StepPlace,
  { owner, repositoryId, generation }: View,
  rows: readonly ReferenceRow[],
): Promise<void> {
  const values = rows.map((row) => [owner, repositoryId, generation, ...columns.map((column) => row[column])])
  const atOnce = rowsOfStep(place)
  const steps = Array.from({ length: Math.ceil(values.length / atOnce) }, (_, at): Step => {
    const part = values.slice(at * atOnce, (at + 1) * atOnce)
    return (tx) => tx.addRows(references.name, ['owner', 'repository_id', 'added_in', ...columns], part)
  })
  return takeSteps(place, steps)
}

const columns = [
  'file',
  'ordinal',
  'kind',
  'specifier',
  'name',
  'line',
  'column',
  'target_path',
  'target_package',
] as const

/** Ends, with this generation, the rows that these files had before it. */
export async function closeReferences(
  write: <T>(work: (tx: Writer) => Promise<T>) => Promise<T>,
  { owner, repositoryId, generation }: View,
  files: readonly number[],
): Promise<void> {
  for (let at = 0; at < files.length; at += filesAtOnce, await turn())
    await write(async (tx) => {
      const t = references.on(tx.dialect)
      const some = inArray(t.file, files.slice(at, at + filesAtOnce))
      const mine = and(eq(t.owner, owner), eq(t.repository_id, repositoryId), some)
      await tx
        .update(t)
        .set({ removed_in: generation })
        .where(and(mine, isNull(t.removed_in), lt(t.added_in, generation)))
    })
}

/** Files whose imports may lead elsewhere once paths come or go: those that led to a path that is gone, or whose words name one that came. */
export async function readAffected(
  db: Reader,
  view: View,
  gone: readonly string[],
  come: readonly string[],
): Promise<Set<number>> {
  const t = references.on(db.dialect)
  const rows = await db
    .select({ file: t.file, specifier: t.specifier, path: t.target_path, name: t.name })
    .from(t)
    .where(and(eq(t.owner, view.owner), eq(t.repository_id, view.repositoryId), isNull(t.removed_in)))
  const lost = new Set(gone)
  const stems = new Set(come.flatMap(stemsOf))
  const isTouched = (row: (typeof rows)[number]) =>
    (row.path !== null && lost.has(row.path)) ||
    [row.specifier, row.name ?? ''].some((text) => text.split(/[/.:]+/).some((word) => stems.has(word)))
  return new Set(rows.filter(isTouched).map(({ file }) => file))
}

/** The words by which an import can mean a path: its name, and its folder's for an index. */
function stemsOf(path: string): string[] {
  const parts = path.split('/')
  const stem = parts.at(-1)!.split('.')[0]!
  const isIndex = /^(index|__init__|mod|lib|main)$/.test(stem)
  return isIndex && parts.length > 1 ? [stem, parts.at(-2)!] : [stem, parts.at(-2) ?? stem]
}
