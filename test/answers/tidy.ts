import type { Answers } from './story'
import { noon } from './story'

/** What differs from run to run becomes what it is in every run: ids, commits, addresses and measured times. */
export function tidy(answers: Answers): Answers {
  const numbered = (pattern: RegExp, name: (n: number) => string) => {
    const known = new Map<string, string>()
    return (text: string) =>
      text.replace(pattern, (found) => {
        if (!known.has(found)) known.set(found, name(known.size + 1))
        return known.get(found)!
      })
  }
  const hex = (n: number, digits: number) => n.toString(16).padStart(digits, '0')
  const steps = [
    numbered(
      /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
      (n) => `01a1b2c3-d4e5-7f60-8a9b-${hex(0x0c1d2e3f4a00 + n, 12)}`,
    ),
    numbered(/\b[0-9a-f]{40}\b/g, (n) => `9eb711a485e3717c93a3851bc027b69c28a1${hex(0x0d00 + n, 4)}`),
    numbered(/\breq_[0-9a-f]{16}\b/g, (n) => `req_402b744a3d0b${hex(0x6500 + n, 4)}`),
    (text: string) => text.replace(/http:\/\/127\.0\.0\.1:\d+/g, 'https://github.com'),
    (text: string) =>
      text.replace(/"next_cursor":"[^"]+"/g, '"next_cursor":"WyJsaXN0IiwxNzk1MjYyNDAwMDAwXQ"'),
    (text: string) => text.replace(/"(seconds|time_ms)":[\d.]+/g, (_, name) => `"${name}":${measured[name]}`),
    (text: string) => text.replace(/(T\d\d:\d\d:\d\d\.)\d{3}Z/g, '$1000Z'),
    (text: string) => text.replace(/"uptime_seconds":\d+/g, '"uptime_seconds":86400'),
    (text: string) =>
      text.replace(/("timestamp":")[^"]+(","uptime|","version)/g, `$1${noon.toISOString()}$2`),
  ]
  return JSON.parse(steps.reduce((text, step) => step(text), JSON.stringify(answers, brief)))
}

/** Of columns with a point for each step the first three are enough. */
const brief = (name: string, value: unknown) =>
  name === 'series' && typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value).map(([column, points]) => [
          column,
          Array.isArray(points) ? points.slice(0, 3) : points,
        ]),
      )
    : value

const measured: Record<string, number> = { seconds: 0.4, time_ms: 8.5 }
