import { type AggregateExpr, type BinaryExpr, type CallExpr, type Expr, typeOf, type ValueType } from './ast'
import { signatures } from './functions'
import { badData } from './promql-error'

const aggregations: Record<string, ValueType | undefined> = {
  sum: undefined,
  avg: undefined,
  min: undefined,
  max: undefined,
  count: undefined,
  group: undefined,
  stddev: undefined,
  stdvar: undefined,
  topk: 'scalar',
  bottomk: 'scalar',
  quantile: 'scalar',
  count_values: 'string',
}

export const setOperators = new Set(['and', 'or', 'unless'])
export const comparisons = new Set(['==', '!=', '<', '>', '<=', '>='])
const arithmetic = new Set(['+', '-', '*', '/', '%', '^', 'atan2'])

/** Throws when types do not fit, or when something is used that is not supported; says which. */
export function checkExpr(expr: Expr): void {
  switch (expr.kind) {
    case 'call':
      checkCall(expr)
      break
    case 'aggregate':
      checkAggregate(expr)
      break
    case 'binary':
      checkBinary(expr)
      break
    case 'unary':
      checkExpr(expr.expr)
      expect(expr.expr, ['scalar', 'vector'], 'unary expression')
      break
    case 'subquery':
      checkExpr(expr.expr)
      expect(expr.expr, ['vector'], 'subquery')
  }
}

function expect(expr: Expr, types: ValueType[], where: string): void {
  const found = typeOf(expr)
  if (types.includes(found)) return
  throw badData(`expected type ${types.map(longName).join(' or ')} in ${where}, got ${longName(found)}`)
}

const longName = (type: ValueType) =>
  type === 'vector' ? 'instant vector' : type === 'matrix' ? 'range vector' : type

function checkCall({ name, args }: CallExpr): void {
  const known = Object.hasOwn(signatures, name) ? signatures[name] : undefined
  if (!known) throw badData(`the function ${name} is not supported`)
  const needed = known.args.length - (known.optional ?? 0)
  if (args.length < needed || args.length > known.args.length)
    throw badData(`expected ${needed} argument(s) in call to "${name}", got ${args.length}`)
  for (const [at, arg] of args.entries()) {
    checkExpr(arg)
    expect(arg, [known.args[at]!], `call to function "${name}"`)
  }
}

function checkAggregate({ op, expr, param }: AggregateExpr): void {
  if (!Object.hasOwn(aggregations, op)) throw badData(`the aggregation ${op} is not supported`)
  const wanted = aggregations[op]
  if ((wanted === undefined) !== (param === undefined))
    throw badData(`wrong number of arguments for aggregation ${op}`)
  if (param) {
    checkExpr(param)
    expect(param, [wanted!], `aggregation ${op}`)
  }
  checkExpr(expr)
  expect(expr, ['vector'], `aggregation ${op}`)
}

function checkBinary({ op, bool, matching, left, right }: BinaryExpr): void {
  if (!arithmetic.has(op) && !comparisons.has(op) && !setOperators.has(op))
    throw badData(`the operator ${op} is not supported`)
  for (const side of [left, right]) {
    checkExpr(side)
    expect(side, ['scalar', 'vector'], 'binary expression')
  }
  const scalars = [left, right].filter((side) => typeOf(side) === 'scalar').length
  if (bool && !comparisons.has(op)) throw badData('bool modifier can only be used on comparison operators')
  if (scalars === 2 && comparisons.has(op) && !bool)
    throw badData('comparisons between scalars must use BOOL modifier')
  if (scalars > 0 && setOperators.has(op))
    throw badData(`set operator "${op}" not allowed in binary scalar expression`)
  if (scalars > 0 && matching.labels.length > 0)
    throw badData('vector matching only allowed between instant vectors')
  if (matching.many && setOperators.has(op)) throw badData(`no grouping allowed for "${op}" operation`)
}
