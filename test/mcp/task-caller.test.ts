import { afterAll, beforeAll, expect, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import { defineModule } from '../../src/core/module'
import { defineOperation } from '../../src/core/operation'
import type { Principal } from '../../src/core/principal'
import { revokeKey } from '../../src/platform/identity/keys'
import { callerOf } from '../../src/platform/mcp/tasks/caller'
import { serveTasks } from '../../src/platform/mcp/tasks/run-task'
import { createTasks } from '../../src/platform/tasks/open'
import type { Tasks } from '../../src/platform/tasks/tasks'
import { startApp, type TestApp } from '../kit/app'

const closed = { additionalProperties: false }
let brewing = 0
let stopped = 0

const brew = defineOperation({
  name: 'brew',
  title: 'Brew',
  description: 'Ends when it is told to.',
  input: Type.Object({}, closed),
  output: Type.Object({}, closed),
  scope: 'kitchen:use',
  task: true,
  rest: { method: 'POST', path: '/brew' },
  async run(_, call) {
    brewing++
    await new Promise((resolve) => call.signal.addEventListener('abort', resolve))
    stopped++
    return {}
  },
})

const kitchen = defineModule({
  name: 'kitchen',
  title: 'Kitchen',
  description: 'Brews.',
  settings: {},
  start: () => ({ operations: [brew] }),
})

let app: TestApp
let tasks: Tasks
beforeAll(async () => {
  app = await startApp({ modules: [kitchen], jobs: false })
  const log = app.telemetry.log('test')
  tasks = createTasks({ storage: app.storage, log, now: Date.now, ttlMs: 60_000 })
  const { dispatcher, identity } = app
  serveTasks({ dispatcher, identity, log, extra: new Map(), recheckMs: 10 }, tasks)
})
afterAll(async () => {
  await tasks.close()
  await app.close()
})

const principalOf = (key: string): Promise<Principal> =>
  app.identity.authenticate({
    address: '127.0.0.1',
    header: (name) => (name.toLowerCase() === 'authorization' ? `Bearer ${key}` : undefined),
  })

async function revoke({ credential }: Principal): Promise<void> {
  await revokeKey(app.storage.system, credential!)
  app.identity.forget({ keyId: credential! })
}

async function ended(id: string) {
  for (;;) {
    const row = await tasks.get('ann', id)
    if (row!.status !== 'working') return row!
    await Bun.sleep(5)
  }
}

const start = async (caller: Principal) =>
  (await tasks.start({ owner: 'ann', tool: 'brew', input: {}, caller: callerOf(caller) }))!

const withdrawn = {
  status: 'failed',
  outcome: { code: -32011, message: 'The credential that began this task was withdrawn' },
}

test('a task that runs ends with the key that began it; one of another key goes on', async () => {
  const [first, second] = await Promise.all([
    principalOf(await app.addKey('ann')),
    principalOf(await app.addKey('ann')),
  ])
  const [ending, lasting] = [await start(first), await start(second)]
  while (brewing < 2) await Bun.sleep(5)
  await revoke(first)
  expect(await ended(ending.id)).toMatchObject(withdrawn)
  expect(stopped).toBe(1)
  expect((await tasks.get('ann', lasting.id))!.status).toBe('working')
  await tasks.cancel('ann', lasting.id)
})

test('a task that is taken up after its key was revoked does not run again', async () => {
  const caller = await principalOf(await app.addKey('ann'))
  await revoke(caller)
  const before = brewing
  expect(await ended((await start(caller)).id)).toMatchObject(withdrawn)
  expect(brewing).toBe(before)
})

test('it runs with the scopes that the key has, not with those that were stored', async () => {
  const caller = await principalOf(await app.addKey('ann', 'enterprise', ['journal:read']))
  const row = await ended((await start({ ...caller, scopes: ['*'] })).id)
  expect(JSON.stringify(row.outcome)).toContain('kitchen:use')
})
