import { type Static, Type } from '@sinclair/typebox'
import { faultsOf, fits } from '../../../../core/validate'
import { closed } from '../tools/schema'

const text = Type.String({ minLength: 1, maxLength: 500 })

/** One rule of `.holdfast/spec-rules.json`. `paths` and `name` are regular expressions of whole paths and file names. */
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
  const broken = patterns.find((pattern) => pattern !== undefined && !compiles(pattern))
  return broken === undefined
    ? { rules }
    : { fault: `${rulesPath}: ${broken} is not a regular expression that runs in linear time` }
}

function compiles(pattern: string): boolean {
  try {
    // Nested repetition is what makes a pattern slow; the repository's author is not the server's.
    return new RegExp(pattern) !== undefined && !/[+*}]\)?[+*{]|\([^)]*[+*][^)]*\)[+*{]/.test(pattern)
  } catch {
    return false
  }
}
