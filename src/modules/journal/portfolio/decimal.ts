/** The sum of two plain decimals (`12`, `0.5`) to the last digit, which doubles cannot give. */
export function addDecimals(a: string, b: string): string {
  const places = Math.max(fractionOf(a).length, fractionOf(b).length)
  const scaled = (text: string) => BigInt(text.split('.')[0]! + fractionOf(text).padEnd(places, '0'))
  const digits = (scaled(a) + scaled(b)).toString().padStart(places + 1, '0')
  const whole = digits.slice(0, digits.length - places)
  const fraction = digits.slice(digits.length - places).replace(/0+$/, '')
  return fraction ? `${whole}.${fraction}` : whole
}

const fractionOf = (text: string) => text.split('.')[1] ?? ''
