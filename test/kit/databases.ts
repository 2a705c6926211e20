import { afterAll, beforeAll, describe } from 'bun:test'
import { startApp, type TestApp, type TestAppOptions } from './app'
import { createDatabase } from './postgres'

/** Runs the same tests against a whole server on SQLite and one on a real Postgres; `app()` is the one under test. */
export function eachDatabase(
  name: string,
  tests: (app: () => TestApp) => void,
  options: TestAppOptions = {},
): void {
  describe.each(['sqlite', 'postgres'] as const)(`${name} on %s`, (dialect) => {
    let app: TestApp
    beforeAll(async () => {
      const env: Record<string, string> =
        dialect === 'postgres' ? { DATABASE_URL: (await createDatabase()).url } : {}
      app = await startApp({ ...options, env: { ...env, ...options.env } })
    })
    afterAll(() => app?.close())
    tests(() => app)
  })
}
