import { type Static, Type } from '@sinclair/typebox'
import { defineOperation } from '../../../../core/operation'
import { isTestFile } from '../../pipeline/classify'
import { indexState, indexStateView } from '../../repositories/repository'
import { dependencies, type indexedFiles } from '../../tables'
import type { Graph } from '../look'
import { openGraph, plainPath } from '../open-graph'
import { isShown, readTextsAt } from '../project-files'
import { checkPlan, type Finding, type Plan } from '../spec-rules/check'
import { genericRules, readRules, rulesPath } from '../spec-rules/rules'
import { closed, repositoryInput } from './schema'

const text = Type.String({ minLength: 1, maxLength: 2000 })
const files = Type.Optional(
  Type.Array(
    closed({
      path: text,
      purpose: Type.Optional(text),
      estimated_lines: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
    }),
    { maxItems: 200 },
  ),
)

const input = closed({
  feature_name: text,
  files_to_create: files,
  files_to_modify: files,
  migrations: Type.Optional(
    Type.Array(
      closed({
        filename: text,
        description: Type.Optional(text),
        tables_affected: Type.Optional(Type.Array(text, { maxItems: 100 })),
      }),
      { maxItems: 50 },
    ),
  ),
  dependencies_to_add: Type.Optional(
    Type.Array(closed({ name: text, version: Type.Optional(text), dev: Type.Optional(Type.Boolean()) }), {
      maxItems: 50,
    }),
  ),
  breaking_changes: Type.Boolean({ default: false, description: 'Callers must change' }),
  repository: repositoryInput,
})
type Given = Static<typeof input>

const findingView = closed({
  type: Type.String(),
  message: Type.String(),
  affected_resource: Type.String(),
  suggested_fix: Type.String(),
})

const output = closed({
  valid: Type.Boolean(),
  errors: Type.Array(findingView),
  warnings: Type.Array(findingView),
  approval_conditions: Type.Array(Type.String()),
  risk_assessment: Type.String(),
  rules: Type.String({ description: 'Where the rules come from' }),
  summary: Type.String(),
  index: indexStateView,
})

export const validateImplementationSpec = defineOperation({
  name: 'validate_implementation_spec',
  title: 'Validate an implementation spec',
  description: `Checks a plan against the repository: paths that exist or do not, packages that are there, and the rules of ${rulesPath} (generic ones without it).`,
  input,
  output,
  scope: 'code:read',
  hints: { readOnly: true, idempotent: true },
  listed: 'module',
  rest: { method: 'POST', path: '/validate-spec' },
  examples: [
    {
      title: 'A plan with one new file',
      input: {
        feature_name: 'Vouchers',
        files_to_create: [{ path: 'src/voucher.ts', purpose: 'Rules of vouchers', estimated_lines: 80 }],
        breaking_changes: false,
        repository: 'acme/shop',
      },
    },
  ],
  run: (given, call) =>
    call.read(async (db) => {
      const plan = planOf(given)
      const { graph, row } = await openGraph(db, call, given, plan.modify[0]?.path)
      const { rules, from, fault } = await rulesOf(graph)
      const existing = new Set((await graph.files()).map(({ path }) => path))
      const found = await checkPlan(
        plan,
        { existing, packages: await packagesOf(graph), isTest: isTestFile },
        rules,
      )
      if (fault)
        found.push({
          type: 'rules',
          severity: 'error',
          message: fault,
          affected_resource: rulesPath,
          suggested_fix: 'Correct the file',
        })
      return { ...view(given, found), rules: from, index: indexState(row) }
    }),
})

const planOf = (given: Given): Plan => ({
  create: (given.files_to_create ?? []).map((file) => ({ ...file, path: plainPath(file.path) })),
  modify: (given.files_to_modify ?? []).map((file) => ({ ...file, path: plainPath(file.path) })),
  migrations: given.migrations ?? [],
  packages: given.dependencies_to_add ?? [],
})

async function rulesOf(graph: Graph) {
  const file = await graph.file(rulesPath)
  if (!file) return { rules: genericRules, from: 'generic', fault: undefined }
  const texts = await readTextsAt(graph.db, graph.view.owner, [file])
  const read = readRules(texts.get(rulesPath) ?? '')
  return 'fault' in read
    ? { rules: genericRules, from: 'generic', fault: read.fault }
    : { rules: read.rules, from: rulesPath, fault: undefined }
}

async function packagesOf({ db, view }: Graph): Promise<Set<string>> {
  const t = dependencies.on(db.dialect)
  const rows = await db
    .select({ name: t.name, kind: t.kind })
    .from(t)
    .where(isShown(t as unknown as ReturnType<typeof indexedFiles.on>, view))
  return new Set(rows.filter(({ kind }) => !kind.startsWith('locked')).map(({ name }) => name))
}

function view({ feature_name, breaking_changes, migrations }: Given, found: readonly Finding[]) {
  const [errors, warnings] = (['error', 'warning'] as const).map((level) =>
    found.filter(({ severity }) => severity === level).map(({ severity: _severity, ...shown }) => shown),
  )
  const conditions = [
    ...(errors!.length > 0 ? ['Resolve every error'] : []),
    ...(breaking_changes ? ['Tell those who call it, and give them a way to move'] : []),
    ...(migrations && migrations.length > 0
      ? ['Try the migrations, and the way back, on a copy of the data']
      : []),
  ]
  const risk =
    errors!.length > 0 || breaking_changes
      ? 'high'
      : warnings!.length > 0 || conditions.length > 0
        ? 'medium'
        : 'low'
  return {
    valid: errors!.length === 0,
    errors: errors!,
    warnings: warnings!,
    approval_conditions: conditions,
    risk_assessment: risk,
    summary: `${feature_name}: ${errors!.length} errors, ${warnings!.length} warnings`,
  }
}
