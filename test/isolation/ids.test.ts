import { expect, test } from 'bun:test'
import type { TestApp } from '../kit/app'
import { type Caller, callerOf, type Outcome } from '../kit/caller'
import { eachDatabase } from '../kit/databases'
import { sampleInput } from '../kit/samples'

/** How to make a thing of each kind, and where its id stands in the answer. An operation that takes another kind of id needs a row here. */
const makers: Record<string, (call: Caller, key: string) => Promise<string>> = {
  entry_id: async (call, key) =>
    idOf(await call('store_journal_entry', { entry: 'owned' }, key), (o) => o.entry_id),
  record_id: async (call, key) =>
    idOf(
      await call('store_record', { record_type: 'note', data: { a: 1 } }, key),
      (o) => (o.record as { id: string }).id,
    ),
  repository: async (call, key) => makeJob(call, key, 'repository_id'),
  repository_id: async (call, key) => makeJob(call, key, 'repository_id'),
  runId: async (call, key) => makeJob(call, key, 'runId'),
  project: async (call, key) =>
    idOf(await call('create_project', { name: `Project ${Bun.randomUUIDv7()}` }, key), (o) => o.id),
}

/** A repository that is asked for, from a host that does not answer. */
const makeJob = async (call: Caller, key: string, member: string) =>
  idOf(await call('index_repository', { repository: `ann/r${Bun.randomUUIDv7()}` }, key), (o) => o[member])

const isId = (name: string) => name.endsWith('_id') || name in makers

/** Inputs that are called like ids but are the caller's own choice. */
const chosenByCaller = new Set(['client_id', 'index_repository.repository'])

function idOf(outcome: Outcome, pick: (output: Record<string, unknown>) => unknown): string {
  if (!('output' in outcome)) throw new Error(`could not make one: ${outcome.detail}`)
  return String(pick(outcome.output))
}

const idInputs = (app: TestApp) =>
  app.dispatcher.operations.flatMap(({ operation }) =>
    Object.keys(operation.input.properties)
      .filter(
        (name) => isId(name) && !chosenByCaller.has(name) && !chosenByCaller.has(`${operation.name}.${name}`),
      )
      .map((name) => ({ operation, name })),
  )

eachDatabase('isolation by id', tests, {
  env: { KOTA_GIT_BASE_URL: 'http://127.0.0.1:9', CODE_ALLOW_PRIVATE_HOSTS: 'true' },
})

function tests(app: () => TestApp): void {
  test('every operation that takes an id answers a stranger’s like one that never was', async () => {
    const inputs = idInputs(app())
    expect(inputs.length).toBeGreaterThanOrEqual(5)
    for (const transport of ['rest', 'mcp'] as const) {
      const call = callerOf(app(), transport)
      const [owner, stranger] = [
        await app().addKey(`owner-${transport}`),
        await app().addKey(`stranger-${transport}`),
      ]
      for (const { operation, name } of inputs) {
        const maker = makers[name]
        if (!maker) throw new Error(`${operation.name} takes ${name}: add a maker for it`)
        const input = { ...sampleInput(operation.input), ...changeOf(operation.name) }
        const foreign = await call(operation.name, { ...input, [name]: await maker(call, owner) }, stranger)
        const absent = await call(operation.name, { ...input, [name]: Bun.randomUUIDv7() }, stranger)
        expect({ operation: operation.name, foreign }).toEqual({ operation: operation.name, foreign: absent })
        const code = 'code' in foreign ? foreign.code : foreign
        expect({ operation: operation.name, code }).toEqual({ operation: operation.name, code: 'not_found' })
      }
    }
  })

  test('lists, searches, counts, statistics and exports of a stranger show nothing', async () => {
    const call = callerOf(app(), 'rest')
    const [owner, stranger] = [await app().addKey('rich'), await app().addKey('poor')]
    for (const text of ['zebrafinch one', 'zebrafinch two', 'zebrafinch three']) {
      await call('store_journal_entry', { entry: text, tags: ['zebratag'], client_id: text }, owner)
    }
    await call('set_preference', { key: 'zebrapref', value: 'x' }, owner)
    await call('store_record', { record_type: 'zebratype', data: { zebra: 1 } }, owner)
    for (const { operation } of app().dispatcher.operations.filter(
      ({ operation }) => operation.hints?.readOnly,
    )) {
      const input = {
        ...sampleInput(operation.input),
        ...('query' in operation.input.properties ? { query: 'zebra*' } : {}),
      }
      const outcome = await call(operation.name, input, stranger)
      expect({ operation: operation.name, text: JSON.stringify(outcome) }).toEqual({
        operation: operation.name,
        text: expect.not.stringMatching(/zebra(finch|tag|pref|type)/),
      })
      if ('output' in outcome && 'total' in outcome.output) expect(outcome.output.total).toBe(0)
    }
    const again = await call('store_journal_entry', { entry: 'mine', client_id: 'zebrafinch one' }, stranger)
    expect(again).toMatchObject({ output: { entry: { entry: 'mine' } } })
  })
}

/** What to ask for where the smallest input asks for nothing. */
const asked: Record<string, Record<string, unknown>> = {
  update_journal_entry: { entry: 'taken over' },
  update_project: { name: 'taken over' },
  search_code: { term: 'word' },
  go_to_definition: { symbol: 'word' },
  analyze_change_impact: { files_to_modify: ['a.ts'] },
}
const changeOf = (operation: string) => asked[operation] ?? {}
