import { afterAll, beforeAll, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startApp, type TestApp } from '../kit/app'
import { type PostgresServer, startPostgres } from '../kit/postgres-server'

let postgres: PostgresServer
let app: TestApp
beforeAll(async () => {
  postgres = await startPostgres()
  app = await startApp({ env: { DATABASE_URL: postgres.superuserUrl() } })
}, 60_000)
afterAll(async () => {
  await app?.close()
  postgres?.stop()
}, 60_000)

interface Answer {
  status: number
  body: Record<string, unknown>
}

async function ask(path: string): Promise<Answer> {
  const response = await app.send(path)
  const body = (await response.json()) as Record<string, unknown>
  return { status: response.status, body }
}

/** Asks until the status comes. */
async function until(path: string, status: number): Promise<Answer> {
  for (;;) {
    const answer = await ask(path)
    if (answer.status === status) return answer
    await Bun.sleep(50)
  }
}

/** The server process and its children. */
function processes(): number[] {
  const pid = Number(readFileSync(join(postgres.folder, 'data/postmaster.pid'), 'utf8').split('\n')[0])
  const children = Bun.spawnSync(['pgrep', '-P', String(pid)]).stdout.toString()
  return [pid, ...children.split('\n').filter(Boolean).map(Number)]
}

async function expectDeathSeen() {
  const answer = await until('/health', 503)
  expect(answer.body).toMatchObject({ status: 'unhealthy', database: expect.stringContaining('unhealthy') })
  expect(await ask('/readyz')).toMatchObject({ status: 503, body: { reason: expect.any(String) } })
  expect(await ask('/livez')).toMatchObject({ status: 200 })
  const status = await ask('/status')
  expect(status.body).toMatchObject({
    overall: 'unhealthy',
    components: { subscription_validator: expect.stringContaining('unhealthy') },
  })
  expect(JSON.stringify(status.body)).not.toContain('postgres://')
}

test('a database that is gone is seen, and so is its return', async () => {
  expect((await until('/readyz', 200)).status).toBe(200)
  await postgres.halt()
  await expectDeathSeen()
  await postgres.start()
  await until('/readyz', 200)
  expect((await ask('/health')).body.status).toBe('healthy')
}, 60_000)

test('a database that hangs is seen too', async () => {
  await until('/health', 200)
  const frozen = processes()
  for (const pid of frozen) process.kill(pid, 'SIGSTOP')
  try {
    await expectDeathSeen()
  } finally {
    for (const pid of frozen) process.kill(pid, 'SIGCONT')
  }
  await until('/health', 200)
}, 60_000)
