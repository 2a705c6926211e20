/** Functions of each value of an instant vector and of scalars, by name; `scalars` are those arguments that have to be given. Undefined leaves a value out. */
export const mathFunctions: Record<string, (value: number, ...scalars: number[]) => number | undefined> = {
  abs: Math.abs,
  ceil: Math.ceil,
  floor: Math.floor,
  exp: Math.exp,
  ln: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  sqrt: Math.sqrt,
  sgn: Math.sign,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  deg: (value) => (value * 180) / Math.PI,
  rad: (value) => (value * Math.PI) / 180,
  round,
  clamp: (value, least, most) => (least! > most! ? undefined : Math.max(least!, Math.min(most!, value))),
  clamp_min: (value, least) => Math.max(least!, value),
  clamp_max: (value, most) => Math.min(most!, value),
}

/** To the nearest multiple, halves upwards. */
function round(value: number, to = 1): number {
  const inverse = 1 / to
  return Math.floor(value * inverse + 0.5) / inverse
}
