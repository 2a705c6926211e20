import { schemaName } from '../../core/table'
import type { Step } from './migrate'
import { checksumOf, postgresTable } from './migrations-table'

/** A file as the Supabase CLI applies it: `<14 digits>_<name>.sql`. */
export interface LayoutFile {
  name: string
  text: string
}

/** Day of the first step; the CLI wants a time in front of every name, and steps are told apart by their number. */
const day = '20260101'

/**
 * The schema as files for `supabase db push`. Each notes in the ledger what it applied, so that the server takes the database for one that it has
 * migrated itself.
 */
export const supabaseLayout = (steps: readonly Step[]): LayoutFile[] => [
  { name: `${day}000000_ledger.sql`, text: `${head}${postgresTable};\n` },
  ...steps.map((step) => ({
    name: `${day}${step.id.padStart(6, '0')}_${step.name}.sql`,
    text: textOf(step),
  })),
]

const head = '-- Written by `holdfast migrate export`: change the step in migrations/postgres instead.\n'

function textOf({ id, name, postgres: { up } }: Step): string {
  const values = [id, name, checksumOf(up)].map((value) => `'${value}'`).join(', ')
  return `${head}set local search_path = ${schemaName}, public;\n\n${up.trimEnd()}\n\ninsert into ${schemaName}.schema_migrations values (${values}, now());\n`
}

/** One sentence for each way in which files differ from the layout; none when they are equal. */
export function compareLayout(wanted: readonly LayoutFile[], found: readonly LayoutFile[]): string[] {
  const texts = new Map(found.map(({ name, text }) => [name, text]))
  const faults = wanted.flatMap(({ name, text }) => {
    const there = texts.get(name)
    texts.delete(name)
    if (there === undefined) return [`${name}: is missing`]
    return there === text ? [] : [`${name}: differs from line ${firstDifference(there, text)} on`]
  })
  return [...faults, ...[...texts.keys()].map((name) => `${name}: is no step of this binary`)]
}

function firstDifference(a: string, b: string): number {
  const [left, right] = [a.split('\n'), b.split('\n')]
  const at = left.findIndex((line, index) => line !== right[index])
  return (at < 0 ? left.length : at) + 1
}
