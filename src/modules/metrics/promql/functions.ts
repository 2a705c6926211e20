import type { ValueType } from './ast'
import { dateFunctions } from './date-functions'
import { mathFunctions } from './math-functions'
import { rangeFunctions } from './range-functions'

interface Signature {
  args: ValueType[]
  /** How many of the last arguments may be left out. */
  optional?: number
}

const each = (names: Iterable<string>, signature: Signature) => [...names].map((name) => [name, signature])

/** Every function that is supported, with the types of its arguments. */
export const signatures: Record<string, Signature> = {
  ...Object.fromEntries(each(Object.keys(rangeFunctions), { args: ['matrix'] })),
  ...Object.fromEntries(each(Object.keys(mathFunctions), { args: ['vector'] })),
  ...Object.fromEntries(each(Object.keys(dateFunctions), { args: ['vector'], optional: 1 })),
  predict_linear: { args: ['matrix', 'scalar'] },
  quantile_over_time: { args: ['scalar', 'matrix'] },
  round: { args: ['vector', 'scalar'], optional: 1 },
  clamp: { args: ['vector', 'scalar', 'scalar'] },
  clamp_min: { args: ['vector', 'scalar'] },
  clamp_max: { args: ['vector', 'scalar'] },
  absent: { args: ['vector'] },
  absent_over_time: { args: ['matrix'] },
  histogram_quantile: { args: ['scalar', 'vector'] },
  label_join: { args: ['vector', 'string', 'string', ...Array<ValueType>(20).fill('string')], optional: 20 },
  label_replace: { args: ['vector', 'string', 'string', 'string', 'string'] },
  pi: { args: [] },
  scalar: { args: ['vector'] },
  sort: { args: ['vector'] },
  sort_desc: { args: ['vector'] },
  time: { args: [] },
  timestamp: { args: ['vector'] },
  vector: { args: ['scalar'] },
}
