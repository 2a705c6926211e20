import { Type } from '@sinclair/typebox'
import { and, asc, eq, like, sql } from 'drizzle-orm'
import { defineOperation } from '../../../../core/operation'
import { indexState, indexStateView } from '../../repositories/repository'
import { dependencies, type indexedFiles } from '../../tables'
import { openGraph } from '../open-graph'
import { isShown } from '../project-files'
import { closed, limitInput, repositoryInput } from './schema'

const text = Type.Union([Type.String(), Type.Null()])

const input = closed({
  name: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'Only packages whose name has this in it' }),
  ),
  ecosystem: Type.Optional(
    Type.String({ maxLength: 20, description: 'npm, pypi, go, cargo, maven, rubygems, packagist' }),
  ),
  include_transitive: Type.Boolean({ default: false, description: 'Packages that only lock files name too' }),
  limit: limitInput(100, 500),
  repository: repositoryInput,
})

const output = closed({
  dependencies: Type.Array(
    closed({
      name: Type.String(),
      ecosystem: Type.String(),
      kind: Type.String(),
      wanted: text,
      version: text,
      manifest: Type.String(),
      line: Type.Union([Type.Integer(), Type.Null()]),
    }),
  ),
  total: Type.Integer(),
  index: indexStateView,
})

export const listDependencies = defineOperation({
  name: 'list_dependencies',
  title: 'List external packages',
  description:
    'External packages with the range that the manifests ask for and the versions that the lock files settled.',
  input,
  output,
  scope: 'code:read',
  hints: { readOnly: true, idempotent: true },
  listed: 'module',
  rest: { method: 'GET', path: '/packages' },
  examples: [
    {
      title: 'Packages by name',
      input: { name: 'react', include_transitive: false, limit: 100, repository: 'acme/shop' },
    },
  ],
  run: (given, call) =>
    call.read(async (db) => {
      const { graph, row } = await openGraph(db, call, given)
      const t = dependencies.on(db.dialect)
      const pattern = given.name && `%${given.name.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
      const rows = await db
        .select()
        .from(t)
        .where(
          and(
            isShown(t as unknown as ReturnType<typeof indexedFiles.on>, graph.view),
            given.ecosystem ? eq(t.ecosystem, given.ecosystem) : undefined,
            pattern ? sql`${like(sql`lower(${t.name})`, pattern)} escape '\\'` : undefined,
          ),
        )
        .orderBy(asc(t.name), asc(t.manifest_path), asc(t.kind))
      const locked = Map.groupBy(
        rows.filter(({ kind }) => kind.startsWith('locked')),
        ({ ecosystem, name }) => `${ecosystem} ${name}`,
      )
      const versions = (of: { ecosystem: string; name: string }) =>
        [
          ...new Set(
            (locked.get(`${of.ecosystem} ${of.name}`) ?? []).flatMap(({ version }) => version ?? []),
          ),
        ].join(', ') || null
      const asked = rows.filter(({ kind }) => !kind.startsWith('locked'))
      const known = new Set(asked.map(({ ecosystem, name }) => `${ecosystem} ${name}`))
      const further = given.include_transitive
        ? rows.filter((one) => one.kind.startsWith('locked') && !known.has(`${one.ecosystem} ${one.name}`))
        : []
      const all = [...asked, ...further]
      return {
        dependencies: all.slice(0, given.limit).map((one) => ({
          name: one.name,
          ecosystem: one.ecosystem,
          kind: one.kind.startsWith('locked') ? 'transitive' : one.kind,
          wanted: one.wanted,
          version: one.version ?? versions(one),
          manifest: one.manifest_path,
          line: one.line,
        })),
        total: all.length,
        index: indexState(row),
      }
    }),
})
