import { type Static, Type } from '@sinclair/typebox'
import { faultsOf, fits } from '../../../../core/validate'
import { closed } from '../tools/schema'
import { costOf } from './pattern'

const text = Type.String({ minLength: 1, maxLength: 500 })

/** One rule of `.holdfast/spec-rules.json`. `paths` and `name` are regular expressions (RE2) of whole paths and file names. */
const rule = closed({
  name: text,
  paths: Type.Optional(text),
  file_name: Type.Optional(text),
  forbidden: Type.Optional(Type.Boolean()),
  needs_test: Type.Optional(Type.Boolean()),
  max_lines: Type.Optional(Type.Integer({ minimum: 1 })),
  severity: Type.Optional(Type.Union([Type.Literal('error'), Type.Literal('warning')])),
  message: Type.Optional(text),
})

export const rulesFile = closed({
  rules: Type.Array(rule, { maxItems: 200 }),
  migration_name: Type.Optional(text),
  forbidden_packages: Type.Optional(Type.Array(text, { maxItems: 500 })),
})

export type Rule = Static<typeof rule>
export type Rules = Static<typeof rulesFile>

export const rulesPath = '.holdfast/spec-rules.json'

/** The rules of a repository without a file of its own. */
export const genericRules: Rules = {
  rules: [
    { name: 'large-file', paths: '.', max_lines: 1000, severity: 'warning' },
    {
      name: 'secrets',
      paths: '(^|/)(\\.env(\\.\\w+)?|id_(rsa|ed25519)|.*\\.(pem|p12|key))$',
      forbidden: true,
      message: 'Secrets do not belong in the repository',
    },
    {
      name: 'build-output',
      paths: '(^|/)(node_modules|dist|target|__pycache__)/',
      forbidden: true,
      message: 'Built files do not belong in the repository',
    },
  ],
}

/** The rules of a file, or what is wrong with it. */
export function readRules(source: string): { rules: Rules } | { fault: string } {
  let value: unknown
  try {
    value = JSON.parse(source)
  } catch {
    return { fault: `${rulesPath} is not JSON` }
  }
  if (!fits(rulesFile, value)) {
    const [fault] = faultsOf(rulesFile, value)
    return { fault: `${rulesPath}: ${fault?.path ?? ''} ${fault?.message ?? 'does not fit'}` }
  }
  const rules = value as Rules
  const patterns = rules.rules
    .flatMap(({ paths, file_name }) => [paths, file_name])
    .concat(rules.migration_name)
    .filter((pattern) => pattern !== undefined)
  const broken = patterns.find((pattern) => costOf(pattern) === undefined)
  if (broken !== undefined)
    return {
      fault: `${rulesPath}: ${broken} is not a regular expression of RE2 (no look-around, no back-references)`,
    }
  const cost = patterns.reduce((sum, pattern) => sum + costOf(pattern)!, 0)
  return cost > mostCost
    ? { fault: `${rulesPath}: its regular expressions repeat too much: use smaller counts, or fewer rules` }
    : { rules }
}

/** Steps of all patterns together: what a character of a plan's path may cost at worst. */
const mostCost = 5000
