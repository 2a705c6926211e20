import { expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'

/** Slices of a thread's own came with Linux 6.12. */
const [major = 0, minor = 0] = release().split('.').map(Number)
const table = '/proc/self/sched'
const canAsk =
  major * 100 + minor >= 612 && existsSync(table) && /^se\.slice/m.test(readFileSync(table, 'utf8'))

test.skipIf(!canAsk)('the serving thread has short slices, what it starts has the usual ones', async () => {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'wake-soon-child.ts')])
  const [before, after, thread, started] = JSON.parse(await new Response(child.stdout).text())
  expect(Number(after)).toBe(100_000)
  expect(Number(before)).toBeGreaterThan(100_000)
  expect([thread, started]).toEqual([before, before])
})
