import { Type } from '@sinclair/typebox'
import { and, count, countDistinct, desc, eq, isNull, sum } from 'drizzle-orm'
import { defineOperation } from '../../../../core/operation'
import { indexState, indexStateView } from '../../repositories/repository'
import { dependencies, indexedFiles, references } from '../../tables'
import { openGraph } from '../open-graph'
import { isShown } from '../project-files'
import { closed, repositoryInput } from './schema'

const output = closed({
  files: Type.Integer(),
  skipped_files: Type.Integer(),
  test_files: Type.Integer(),
  bytes: Type.Integer(),
  symbols: Type.Integer(),
  references: Type.Integer({ description: 'Uses of names' }),
  imported_names: Type.Integer({ description: 'By imports, and by names with their whole path' }),
  unresolved_references: Type.Integer({ description: 'Imported names that lead to no file and no package' }),
  external_packages: Type.Integer(),
  languages: Type.Array(closed({ language: Type.String(), files: Type.Integer(), bytes: Type.Integer() })),
  summary: Type.String(),
  index: indexStateView,
})

export const getIndexStatistics = defineOperation({
  name: 'get_index_statistics',
  title: 'Get statistics of an index',
  description:
    'How many files, symbols, references and packages an index has, by language, and how many imports lead nowhere.',
  input: closed({ repository: repositoryInput }),
  output,
  scope: 'code:read',
  hints: { readOnly: true, idempotent: true },
  listed: 'module',
  rest: { method: 'GET', path: '/statistics' },
  examples: [{ title: 'Of one repository', input: { repository: 'acme/shop' } }],
  run: (given, call) =>
    call.read(async (db) => {
      const { graph, row } = await openGraph(db, call, given)
      const [f, r, d] = [indexedFiles.on(db.dialect), references.on(db.dialect), dependencies.on(db.dialect)]
      const shown = (table: unknown) => isShown(table as typeof f, graph.view)
      const languages = await db
        .select({ language: f.language, files: count(), bytes: sum(f.bytes).mapWith(Number) })
        .from(f)
        .where(and(shown(f), isNull(f.skipped)))
        .groupBy(f.language)
        .orderBy(desc(count()), f.language)
      const one = async (rows: Promise<{ n: number }[]>) => (await rows)[0]?.n ?? 0
      const tests = await one(
        db
          .select({ n: count() })
          .from(f)
          .where(and(shown(f), eq(f.test, true))),
      )
      const imported = await one(db.select({ n: count() }).from(r).where(shown(r)))
      const unresolved = await one(
        db
          .select({ n: count() })
          .from(r)
          .where(and(shown(r), isNull(r.target_path), isNull(r.target_package))),
      )
      const packages = await one(
        db
          .select({ n: countDistinct(d.name) })
          .from(d)
          .where(shown(d)),
      )
      return {
        files: row.files,
        skipped_files: row.skipped,
        test_files: tests,
        bytes: row.bytes,
        symbols: row.symbols,
        references: row.references,
        imported_names: imported,
        unresolved_references: unresolved,
        external_packages: packages,
        languages,
        summary: `${row.files} files, ${row.symbols} symbols, ${row.references} references, ${imported} imported names (${unresolved} unresolved), ${packages} packages`,
        index: indexState(row),
      }
    }),
})
