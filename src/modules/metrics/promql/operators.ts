/** Arithmetic of two numbers. */
export const arithmetic: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': power,
  atan2: Math.atan2,
}

/** Go's: one to any power is one, and minus one to an infinite one too. */
function power(a: number, b: number): number {
  if (a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY)) return 1
  return a ** b
}

/** Comparison of two numbers. */
export const compare: Record<string, (a: number, b: number) => boolean> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
}

/** What an operator makes of two values: undefined where a comparison without `bool` filters the value out. */
export function operatorOf(op: string, bool: boolean, kept: 'left' | 'right' = 'left') {
  const compute = arithmetic[op]
  if (compute) return compute
  const holds = compare[op]!
  if (bool) return (a: number, b: number) => (holds(a, b) ? 1 : 0)
  return (a: number, b: number) => (holds(a, b) ? (kept === 'left' ? a : b) : undefined)
}
