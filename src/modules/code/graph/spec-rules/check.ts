import { nameOf } from '../resolution/project'
import { createFits, type Fits } from './pattern'
import type { Rule, Rules } from './rules'

export interface Finding {
  type: string
  severity: 'error' | 'warning'
  message: string
  affected_resource: string
  suggested_fix: string
}

/** A plan, as far as rules look at it. */
export interface Plan {
  create: { path: string; estimated_lines?: number | undefined }[]
  modify: { path: string; estimated_lines?: number | undefined }[]
  migrations: { filename: string }[]
  packages: { name: string; version?: string | undefined }[]
}

/** What of the repository the plan meets. */
export interface Facts {
  existing: ReadonlySet<string>
  packages: ReadonlySet<string>
  isTest(path: string): boolean
}

/** Everything in a plan that does not fit the repository or its rules. */
export async function checkPlan(plan: Plan, facts: Facts, rules: Rules): Promise<Finding[]> {
  const fits = createFits()
  const tested = testedStems([...plan.create.map(({ path }) => path), ...facts.existing], facts)
  const broken: Finding[] = []
  for (const file of [...plan.create, ...plan.modify]) {
    broken.push(...checkRules(file, facts, rules, fits, tested))
    // Others are served between files, whatever the rules cost.
    await new Promise((resolve) => setImmediate(resolve))
  }
  return [
    ...checkPaths(plan, facts),
    ...broken,
    ...checkMigrations(plan, rules, fits),
    ...checkPackages(plan, facts, rules),
  ]
}

const finding = (
  severity: Finding['severity'],
  type: string,
  affected_resource: string,
  message: string,
  suggested_fix: string,
): Finding => ({ type, severity, message, affected_resource, suggested_fix })

function checkPaths({ create, modify }: Plan, { existing }: Facts): Finding[] {
  const created = new Set<string>()
  return [
    ...create.flatMap(({ path }) => {
      const twice = created.has(path)
      created.add(path)
      if (twice) return [finding('error', 'duplicate_file', path, 'is to be created twice', 'Name it once')]
      return existing.has(path)
        ? [finding('error', 'file_exists', path, 'is there already', 'List it under files_to_modify')]
        : []
    }),
    ...modify.flatMap(({ path }) =>
      existing.has(path)
        ? []
        : [
            finding(
              'error',
              'file_missing',
              path,
              'is not in the index',
              'Correct the path, or list it under files_to_create',
            ),
          ],
    ),
  ]
}

function checkRules(
  file: Plan['create'][number],
  facts: Facts,
  { rules }: Rules,
  fits: Fits,
  tested: () => ReadonlySet<string>,
): Finding[] {
  const { path, estimated_lines = 0 } = file
  const broken = (rule: Rule, message: string, fix: string) =>
    finding(rule.severity ?? 'error', rule.name, path, rule.message ?? message, fix)
  return rules
    .filter(({ paths }) => paths === undefined || fits(paths, path))
    .flatMap((rule) => [
      ...(rule.forbidden ? [broken(rule, 'must not be there', 'Choose another path')] : []),
      ...(rule.max_lines && estimated_lines > rule.max_lines
        ? [
            broken(
              rule,
              `would have ${estimated_lines} lines; at most ${rule.max_lines} are allowed`,
              'Split it',
            ),
          ]
        : []),
      ...(rule.file_name && !fits(rule.file_name, nameOf(path))
        ? [broken(rule, `is not named like ${rule.file_name}`, 'Rename it')]
        : []),
      ...(rule.needs_test && !facts.isTest(path) && !tested().has(stemOf(path))
        ? [broken(rule, 'has no test in the plan or the repository', 'Add one')]
        : []),
    ])
}

const stemOf = (path: string): string =>
  nameOf(path)
    .replace(/\.\w+$/, '')
    .toLowerCase()

/** Parts of a test's name that can be the name of what it tests. */
const mostParts = 8

/** What the tests are named after, read once when it is first asked for: `cart` and `cart.total` of `cart.total.test.ts`, `cart` of `CartTest.java`. */
function testedStems(paths: readonly string[], { isTest }: Facts): () => ReadonlySet<string> {
  let stems: Set<string> | undefined
  return () => {
    stems ??= new Set(paths.filter(isTest).flatMap(namesTested))
    return stems
  }
}

function namesTested(path: string): string[] {
  const name = nameOf(path).replace(/\.\w+$/, '')
  const parts = name
    .replace(/(?:Tests?|Spec|IT)$|^Test(?=\p{Lu})/gu, '')
    .toLowerCase()
    .split(/([._-])/)
    .slice(0, 2 * mostParts - 1)
  const found: string[] = []
  for (let from = 0; from < parts.length; from += 2)
    for (let to = from + 1; to <= parts.length; to += 2) found.push(parts.slice(from, to).join(''))
  return found
}

const checkMigrations = ({ migrations }: Plan, { migration_name: pattern }: Rules, fits: Fits): Finding[] =>
  migrations.flatMap(({ filename }) =>
    pattern && !fits(pattern, filename)
      ? [finding('error', 'migration_name', filename, `is not named like ${pattern}`, 'Rename it')]
      : [],
  )

const checkPackages = ({ packages }: Plan, facts: Facts, { forbidden_packages = [] }: Rules): Finding[] =>
  packages.flatMap(({ name, version }) => [
    ...(forbidden_packages.includes(name)
      ? [finding('error', 'forbidden_package', name, 'is not allowed by the rules', 'Take another package')]
      : []),
    ...(facts.packages.has(name)
      ? [finding('warning', 'package_present', name, 'is a dependency already', 'Leave it out')]
      : []),
    ...(version === undefined || version === '*' || version === 'latest'
      ? [finding('warning', 'package_version', name, 'has no version', 'Say which version')]
      : []),
  ])
