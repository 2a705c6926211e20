import { expect, test } from 'bun:test'
import { join } from 'node:path'

const root = join(import.meta.dir, '../../src')

test('an error that nobody waits for is logged, without what is secret in it, and the process goes on', async () => {
  const script = `
    import { logStrayErrors } from '${root}/cli/stray-errors'
    import { createTelemetry } from '${root}/platform/telemetry/open'
    const telemetry = createTelemetry({ LOG_LEVEL: 'INFO', LOG_FORMAT: 'json' })
    logStrayErrors(telemetry.log('serve'))
    void Promise.reject(new TypeError('gone: Bearer abcDEF123456'))
    setTimeout(async () => {
      console.log('goes on')
      await telemetry.flush()
      process.exit(0)
    }, 50)`
  const child = Bun.spawn([process.execPath, '-e', script], { stdout: 'pipe', stderr: 'pipe' })
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  expect([await child.exited, stdout]).toEqual([0, 'goes on\n'])
  expect(JSON.parse(stderr)).toMatchObject({
    level: 'ERROR',
    message: 'an error reached nobody',
    error: { name: 'TypeError' },
  })
  expect(stderr).not.toContain('abcDEF')
})
