/** A number as lenient readers take it: numbers, numeric texts, true and false. Undefined for anything else. */
export function readNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const special = specials[value.trim().toLowerCase().replace(/^\+/, '')]
  if (special !== undefined) return special
  const number = Number(value)
  return Number.isNaN(number) || /^\s*0[xob]/i.test(value) ? undefined : number
}

const infinite = Number.POSITIVE_INFINITY
const specials: Record<string, number> = {
  nan: Number.NaN,
  inf: infinite,
  infinity: infinite,
  '-inf': -infinite,
  '-infinity': -infinite,
}
