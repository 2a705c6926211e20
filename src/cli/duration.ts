import { UsageError } from './command'

const units: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** Seconds of `30s`, `15m`, `24h`, `7d`; a bare number is seconds. */
export function seconds(text: string, flag: string): number {
  const match = /^(\d{1,9})([smhd]?)$/.exec(text)
  if (!match) throw new UsageError(`--${flag} takes a duration like 30s, 15m, 24h or 7d`)
  return Number(match[1]) * units[match[2] || 's']!
}
