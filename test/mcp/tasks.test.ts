import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import { modules } from '../../src/app'
import { AppError } from '../../src/core/errors'
import { defineModule } from '../../src/core/module'
import { defineOperation } from '../../src/core/operation'
import { startApp, type TestApp } from '../kit/app'
import { type Answer, modern } from './kit'

const closed = { additionalProperties: false }

const poured: (() => void)[] = []

/** Ends every call of `brew` that is under way. */
const pour = () => {
  for (const resolve of poured.splice(0)) resolve()
}

/** Waits so long, or until it is poured, then ends as told. */
const brew = defineOperation({
  name: 'brew',
  title: 'Brew',
  description: 'Takes its time.',
  input: Type.Object({ ms: Type.Integer(), end: Type.String({ default: 'well' }) }, closed),
  output: Type.Object({ cups: Type.Integer(), caller: Type.String() }, closed),
  scope: 'kitchen:use',
  task: true,
  rest: { method: 'POST', path: '/brew' },
  async run({ ms, end }, call) {
    call.progress(1, 2, 'the water is hot')
    const { promise, resolve } = Promise.withResolvers<void>()
    poured.push(resolve)
    call.signal.addEventListener('abort', () => resolve())
    const timer = setTimeout(resolve, ms)
    await promise
    clearTimeout(timer)
    if (end === 'conflict') throw new AppError('conflict', 'the pot is taken')
    if (end === 'unavailable') throw new AppError('unavailable', 'no power')
    return { cups: 2, caller: call.principal.id }
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
beforeAll(async () => {
  app = await startApp({ modules: [...modules, kitchen] })
})
afterAll(() => app.close())

const capabilities = { extensions: { 'io.modelcontextprotocol/tasks': {} } }

async function send(
  method: string,
  params: object,
  as = app.key,
  can: object = capabilities,
): Promise<Answer> {
  const meta = { 'io.modelcontextprotocol/clientCapabilities': can }
  const [body, headers] = modern(method, params as Record<string, unknown>, meta)
  const { taskId } = params as { taskId?: string }
  const response = await app.send('/mcp', {
    method: 'POST',
    headers: {
      ...headers,
      ...(taskId && { 'mcp-name': taskId }),
      authorization: `Bearer ${as}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  })
  return (await response.json()) as Answer
}

const call = (input: object, ...rest: [string?, object?]) =>
  send('tools/call', { name: 'brew', arguments: input }, ...rest)

/** Lets the task go on, and waits for its end. */
async function end(taskId: string, as = app.key) {
  pour()
  for (;;) {
    const { result } = await send('tasks/get', { taskId }, as)
    if (!['working', 'input_required'].includes(result.status)) return result
    await Bun.sleep(20)
  }
}

describe('an operation that may become a task', () => {
  test('is answered at once when it is over at once', async () => {
    const { result } = await call({ ms: 0 })
    expect(result.resultType).toBe('complete')
    expect(result.structuredContent).toEqual({ cups: 2, caller: 'tester' })
  })

  test('else the client gets a task, sees how far it is and in the end the same result', async () => {
    const { result: task } = await call({ ms: 60_000 })
    const { statusMessage, ...seed } = task
    expect([undefined, '1 of 2: the water is hot']).toContain(statusMessage)
    expect(seed).toEqual({
      resultType: 'task',
      taskId: expect.any(String),
      status: 'working',
      createdAt: expect.stringMatching(/Z$/),
      lastUpdatedAt: expect.stringMatching(/Z$/),
      ttlMs: 3_600_000,
      pollIntervalMs: expect.any(Number),
      _meta: expect.any(Object),
    })
    const ended = await end(task.taskId)
    expect(ended).toMatchObject({ resultType: 'complete', status: 'completed', taskId: task.taskId })
    expect(ended.statusMessage).toBe('1 of 2: the water is hot')
    expect(ended.result.structuredContent).toEqual({ cups: 2, caller: 'tester' })
    expect(JSON.parse(ended.result.content[0].text)).toEqual(ended.result.structuredContent)
  })

  test('a client that cannot poll waits for the result', async () => {
    const { result } = await call({ ms: 400 }, app.key, {})
    expect(result.structuredContent.cups).toBe(2)
  })

  test('a failed tool completes with a result that tells it; an error of the protocol fails', async () => {
    const { result: conflict } = await call({ ms: 60_000, end: 'conflict' })
    expect((await end(conflict.taskId)).result).toMatchObject({ isError: true })
    const { result: dead } = await call({ ms: 60_000, end: 'unavailable' })
    const ended = await end(dead.taskId)
    expect(ended).toMatchObject({ status: 'failed', error: { code: -32603, message: 'no power' } })
    expect(ended.result).toBeUndefined()
  })

  test('is refused before it begins, like any call', async () => {
    const missing = await app.addKey('without', 'enterprise', ['journal:read'])
    const forbidden = await call({ ms: 0 }, missing)
    expect(JSON.stringify(forbidden)).toContain('insufficient_scope')
    expect(forbidden.result?.taskId).toBeUndefined()
    expect((await call({ ms: 'long' })).result).toMatchObject({ isError: true })
  })

  test('counts once', async () => {
    const key = await app.addKey('counted', 'free')
    const { result } = await call({ ms: 60_000 }, key)
    await end(result.taskId, key)
    const usage = await app.limits.usage({ id: 'counted', tier: 'free', scopes: [], kind: 'key' })
    expect(usage.current_usage.hour).toBe(1)
  })

  test('delete_my_data is one, once the person said yes', async () => {
    const { result } = await send('tools/call', {
      name: 'delete_my_data',
      arguments: { confirm: 'delete everything' },
    })
    expect(result.structuredContent.success).toBeTrue()
  })

  test('what tasks held is gone when all of its owner’s data is', async () => {
    const key = await app.addKey('leaving')
    const { result: task } = await call({ ms: 60_000 }, key)
    await end(task.taskId, key)
    await app.tool('delete_my_data', { confirm: 'delete everything' }, key)
    while (!(await send('tasks/get', { taskId: task.taskId }, key)).error) await Bun.sleep(20)
  })
})

describe('a stream', () => {
  async function listen(taskIds: string[], as = app.key, can: object = capabilities) {
    const meta = { 'io.modelcontextprotocol/clientCapabilities': can }
    const [body, headers] = modern('subscriptions/listen', { notifications: { taskIds } }, meta)
    const leave = new AbortController()
    const response = await app.send('/mcp', {
      method: 'POST',
      headers: {
        ...headers,
        authorization: `Bearer ${as}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify(body),
      signal: leave.signal,
    })
    return { response, leave }
  }

  async function* events(response: Response) {
    let text = ''
    for await (const chunk of response.body!) {
      text += new TextDecoder().decode(chunk)
      const frames = text.split('\n\n')
      text = frames.pop()!
      for (const frame of frames) {
        const data = /^data: (.*)$/m.exec(frame)?.[1]
        if (data) yield JSON.parse(data)
      }
    }
  }

  test('tells how tasks stand, and of every change, to their owner alone', async () => {
    const { result: task } = await call({ ms: 60_000 })
    const stranger = await app.addKey('eavesdropper')
    const theirs = await listen([task.taskId], stranger)
    const first = await events(theirs.response).next()
    expect(first.value.params.notifications).toEqual({ taskIds: [] })
    theirs.leave.abort()

    const { response } = await listen([task.taskId, 'nonesuch'])
    const seen = []
    for await (const event of events(response)) {
      seen.push(event)
      if (event.params.status === 'working') pour()
      if (event.params.status === 'completed') break
    }
    expect(seen[0]).toMatchObject({
      method: 'notifications/subscriptions/acknowledged',
      params: { notifications: { taskIds: [task.taskId] } },
    })
    expect(seen[1]).toMatchObject({
      method: 'notifications/tasks',
      params: { status: 'working', taskId: task.taskId },
    })
    const { result } = seen.at(-1).params
    expect(result.structuredContent.cups).toBe(2)
    const subscription = 'io.modelcontextprotocol/subscriptionId'
    expect(seen.at(-1).params._meta[subscription]).toEqual(seen[0].params._meta[subscription])
  })

  test('of tasks is for clients that declare them', async () => {
    const { response } = await listen(['x'], app.key, {})
    expect(response.status).toBe(400)
    expect(((await response.json()) as Answer).error!.code).toBe(-32021)
  })
})

describe('tasks', () => {
  test('are cancelled by their owner', async () => {
    const { result: task } = await call({ ms: 60_000 })
    expect((await send('tasks/cancel', { taskId: task.taskId })).result).toEqual({
      resultType: 'complete',
      _meta: expect.any(Object),
    })
    expect((await end(task.taskId)).status).toBe('cancelled')
  })

  test('of a stranger are as unknown', async () => {
    const { result: task } = await call({ ms: 60_000 })
    const stranger = await app.addKey('stranger')
    for (const method of ['tasks/get', 'tasks/cancel', 'tasks/update']) {
      const params = method === 'tasks/update' ? { inputResponses: {} } : {}
      const theirs = await send(method, { ...params, taskId: task.taskId }, stranger)
      const random = await send(method, { ...params, taskId: crypto.randomUUID() }, stranger)
      expect(theirs.error).toEqual(random.error!)
      expect(theirs.error!.code).toBe(-32602)
    }
    await send('tasks/cancel', { taskId: task.taskId })
  })

  test('are for clients that declare them, of the newest revision alone', async () => {
    const { error } = await send('tasks/get', { taskId: 'x' }, app.key, {})
    expect(error).toMatchObject({ code: -32021, data: { requiredCapabilities: capabilities } })
    const response = await app.send('/mcp', {
      method: 'POST',
      headers: { authorization: `Bearer ${app.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tasks/get', params: { taskId: 'x' } }),
    })
    expect(((await response.json()) as Answer).error!.code).toBe(-32601)
  })

  test('are so many at once for one caller, and then the call is refused', async () => {
    const key = await app.addKey('eager')
    const begun = await Promise.all(Array.from({ length: 8 }, () => call({ ms: 60_000 }, key)))
    const { error } = await call({ ms: 60_000 }, key)
    expect(error).toMatchObject({ code: -32010, data: { code: 'too_many_tasks' } })
    for (const { result } of begun) await send('tasks/cancel', { taskId: result.taskId }, key)
    expect((await call({ ms: 0 }, key)).result.structuredContent.cups).toBe(2)
  })
})
