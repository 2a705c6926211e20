import { type Static, Type } from '@sinclair/typebox'
import { invalid } from '../../../../core/errors'
import { type Call, defineOperation } from '../../../../core/operation'
import type { Reader } from '../../../../core/storage'
import type { Machine } from '../../jobs/machine'
import { indexState, indexStateView } from '../../repositories/repository'
import { type ChangedFile, readDiff } from '../impact/diff'
import { type Impact, measureImpact } from '../impact/impact'
import { type Compared, compareRefs, mostChanges, nothingDiffers } from '../impact/two-refs'
import { openGraph, plainPath } from '../open-graph'
import { closed, limitInput, repositoryInput } from './schema'

const paths = (description: string) =>
  Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 1000 }), { maxItems: 200, description }))

const ref = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 200, description }))

const input = closed({
  change_type: Type.Union(
    ['feature', 'refactor', 'fix', 'chore'].map((type) => Type.Literal(type)),
    { default: 'fix', description: 'What kind of change it is' },
  ),
  description: Type.Optional(Type.String({ maxLength: 5000, description: 'What is to be done' })),
  diff: Type.Optional(
    Type.String({
      maxLength: 1_000_000,
      description: 'Unified diff, as git diff writes it: only users of the symbols whose lines change count',
    }),
  ),
  base: ref('Branch, tag or whole commit hash that a change starts from; with head instead of a diff'),
  head: ref('Where the change ends; of base and head the one left out is the commit of the index'),
  files_to_modify: paths('Paths that change'),
  files_to_create: paths('Paths that come'),
  files_to_delete: paths('Paths that go'),
  breaking_changes: Type.Boolean({ default: false, description: 'Callers must change' }),
  limit: limitInput(50, 500),
  repository: repositoryInput,
})
type Given = Static<typeof input>

const affectedView = closed({
  path: Type.String(),
  reason: Type.String(),
  change_requirement: Type.String({ description: 'update, review or test' }),
  direct_dependents_count: Type.Integer(),
  indirect_dependents_count: Type.Integer(),
  indirect_dependents: Type.Optional(
    Type.Array(Type.String(), { description: 'Of a file that changes; nearest first, at most 20' }),
  ),
})

const output = closed({
  affected_files: Type.Array(affectedView),
  compared: Type.Optional(
    closed({ base_commit: Type.String(), head_commit: Type.String(), changed_files: Type.Integer() }),
  ),
  total_affected: Type.Integer(),
  changed_symbols: Type.Array(
    closed({
      symbol: Type.String(),
      file: Type.String(),
      line: Type.Integer(),
      exported: Type.Boolean(),
      usages: Type.Integer(),
      files: Type.Array(Type.String()),
    }),
  ),
  test_scope: closed({
    test_files: Type.Array(Type.String()),
    recommended_test_files: Type.Array(Type.String()),
    coverage_impact: Type.String(),
  }),
  architectural_warnings: Type.Array(Type.String()),
  conflicts: Type.Array(closed({ type: Type.String(), description: Type.String(), severity: Type.String() })),
  risk_level: Type.String({ description: 'low, medium or high' }),
  deployment_impact: Type.String(),
  last_indexed_at: Type.Union([Type.String(), Type.Null()]),
  summary: Type.String(),
  index: indexStateView,
})

export const analyzeChangeImpact = (machine: Machine) =>
  defineOperation({
    name: 'analyze_change_impact',
    title: 'Analyze the impact of a change',
    description:
      'What a change reaches: give the diff, two refs, or the paths that change, come or go. Tells affected files, users of changed symbols, tests to run and the risk.',
    input,
    output,
    scope: 'code:read',
    hints: { readOnly: true, idempotent: true, openWorld: true },
    rest: { method: 'POST', path: '/impact' },
    examples: [
      {
        title: 'A file that will change',
        input: {
          change_type: 'refactor',
          files_to_modify: ['src/cart.ts'],
          breaking_changes: false,
          limit: 50,
          repository: 'acme/shop',
        },
      },
    ],
    async run(given, call) {
      const compared = await compare(machine, given, call)
      const all = compared?.changes ?? changesOf(given)
      return call.read((db) => answer(db, call, given, all, compared))
    },
  })

/** What two refs differ in; undefined when none is given. Git, and the network, are waited for between two reads. */
async function compare(machine: Machine, given: Given, call: Call): Promise<Compared | undefined> {
  if (given.base === undefined && given.head === undefined) return undefined
  if (given.diff !== undefined) throw invalid('/diff', 'must be left out where base or head is given')
  const { row } = await call.read((db) => openGraph(db, call, given))
  const compared = await compareRefs(machine, row, given, call.signal)
  if (compared.changes.length === 0) throw nothingDiffers()
  return compared
}

async function answer(
  db: Reader,
  call: Call,
  given: Given,
  all: readonly ChangedFile[],
  compared: Compared | undefined,
) {
  const changes = all.slice(0, mostChanges)
  const opened = await openGraph(db, call, given, changes[0]!.path)
  const impact = await measureImpact(opened.graph, changes)
  const coming = compared ? [] : changes.filter(({ status }) => status === 'added')
  const known = await Promise.all(coming.map(({ path }) => opened.graph.file(path)))
  const state = indexState(opened.row)
  const { architectural_warnings, ...rest } = view(
    given,
    impact,
    known.flatMap((file) => file?.path ?? []),
  )
  return {
    ...rest,
    architectural_warnings: [...limitsOf(all, compared), ...architectural_warnings],
    ...(compared && {
      compared: {
        base_commit: compared.base_commit,
        head_commit: compared.head_commit,
        changed_files: compared.changes.length,
      },
    }),
    last_indexed_at: state.indexed_at,
    index: state,
  }
}

/** Why an answer may say too little. */
const limitsOf = (changes: readonly ChangedFile[], compared: Compared | undefined): string[] => [
  ...(changes.length > mostChanges
    ? [`${changes.length} files differ: only the first ${mostChanges} were followed`]
    : []),
  ...(compared?.elsewhere
    ? ['The index is of neither commit: files and lines that moved since are missed. Index one of the refs']
    : []),
]

function changesOf(given: Given): ChangedFile[] {
  const named = (list: string[] | undefined, status: ChangedFile['status']) =>
    (list ?? []).map(
      (path): ChangedFile => ({ path: plainPath(path), previous: undefined, status, ranges: [] }),
    )
  const changes = [
    ...(given.diff === undefined ? [] : readDiff(given.diff)),
    ...named(given.files_to_modify, 'modified'),
    ...named(given.files_to_create, 'added'),
    ...named(given.files_to_delete, 'deleted'),
  ]
  if (changes.length === 0)
    throw invalid('/files_to_modify', 'must name files, or diff, base or head must be given')
  return changes
}

const order = { update: 0, review: 1, test: 2 }

function view(given: Given, impact: Impact, existing: readonly string[]) {
  const affected = [...impact.affected.values()].sort(
    (a, b) =>
      order[a.change_requirement] - order[b.change_requirement] ||
      b.direct_dependents_count - a.direct_dependents_count ||
      (a.path < b.path ? -1 : 1),
  )
  const tests = [...impact.tests].sort()
  const code = affected.filter(({ change_requirement }) => change_requirement !== 'test').length
  const conflicts = conflictsOf(impact, existing)
  const risk_level = worst([
    riskOf(given, affected.length, tests.length, code),
    ...conflicts.map(({ severity }) => severity),
    // What uses it does not run any more.
    impact.dangling.length > 0 ? 'high' : 'low',
  ])
  return {
    affected_files: affected.slice(0, given.limit),
    total_affected: affected.length,
    changed_symbols: impact.symbols.filter(({ usages, exported }) => usages > 0 || exported).slice(0, 30),
    test_scope: {
      test_files: tests.slice(0, 50),
      recommended_test_files: tests.length > 0 ? [] : untested(affected),
      coverage_impact: coverage(tests.length, code),
    },
    architectural_warnings: warningsOf(impact, affected),
    conflicts,
    risk_level,
    deployment_impact: given.breaking_changes
      ? 'Callers outside of this repository must change with it'
      : 'None known from the code',
    summary: `${files(affected.length)} affected, ${files(tests.length, 'test file')}, risk ${risk_level}`,
  }
}

/** `1 file`, `3 files`. */
const files = (n: number, one = 'file'): string => `${n} ${one}${n === 1 ? '' : 's'}`

const levels = ['low', 'medium', 'high']

/** A change is as risky as the worst that is known of it. */
const worst = (found: readonly string[]): string =>
  levels[Math.max(...found.map((level) => levels.indexOf(level)))]!

type View = { path: string; change_requirement: string; direct_dependents_count: number }

function riskOf({ breaking_changes }: Given, affected: number, tests: number, code: number): string {
  const share = tests / Math.max(1, code)
  if (breaking_changes || affected > 50 || (affected > 5 && share === 0)) return 'high'
  return affected > 10 || (affected > 3 && share < 0.3) ? 'medium' : 'low'
}

const untested = (affected: readonly View[]): string[] =>
  affected
    .filter(({ change_requirement }) => change_requirement === 'update')
    .slice(0, 10)
    .map(({ path }) => path.replace(/(\.\w+)$/, '.test$1'))

const coverage = (tests: number, code: number): string =>
  tests === 0
    ? 'No test reaches what changes'
    : `${files(tests, 'test file')} ${tests === 1 ? 'reaches' : 'reach'} the ${code === 1 ? 'file' : files(code)} that ${code === 1 ? 'changes or uses' : 'change or use'} what changes`

const warningsOf = ({ dangling }: Impact, affected: readonly View[]): string[] => {
  const lost = new Set(dangling.map(({ path }) => path))
  return [
    ...dangling.map(({ path, to, importers: count }) => {
      const what = to === undefined ? 'goes' : `moves to ${to}`
      return `${path} ${what}, and ${files(count)} ${count === 1 ? 'uses' : 'use'} it`
    }),
    ...affected.flatMap(({ path, change_requirement, direct_dependents_count: count }) =>
      change_requirement === 'update' && count >= 20 && !lost.has(path)
        ? [`${path} is imported by ${count} files`]
        : [],
    ),
  ]
}

const conflictsOf = ({ unknown }: Impact, existing: readonly string[]) => [
  ...unknown.map((path) => ({
    type: 'missing_file',
    description: `${path} is not in the index`,
    severity: 'high',
  })),
  ...existing.map((path) => ({
    type: 'existing_file',
    description: `${path} is there already`,
    severity: 'medium',
  })),
]
