import { expect } from 'bun:test'
import { cli, type RunOptions } from './rig'

export interface Check {
  check: string
  status: 'pass' | 'warn' | 'fail'
  detail: string
  next?: string
}

export const anyPort = { PORT: '0', OTEL_PROMETHEUS_PORT: '0' }

/** Runs doctor; checks by name. */
export async function doctor(options: RunOptions = {}) {
  const { code, stdout, stderr } = await cli('doctor --json', {
    ...options,
    env: { ...anyPort, ...options.env },
  })
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: Check[] }
  expect(ok).toBe(code === 0)
  for (const { status, next } of checks) expect(next !== undefined).toBe(status !== 'pass')
  return {
    code,
    stderr,
    checks: Object.fromEntries(checks.map((check) => [check.check, check])) as Record<string, Check>,
  }
}
