import { Type } from '@sinclair/typebox'
import { AppError, notFound } from '../../src/core/errors'
import { defineModule, type Module, type RawRoute } from '../../src/core/module'
import { defineOperation } from '../../src/core/operation'

const closed = { additionalProperties: false }
const id = Type.String({ maxLength: 50, description: 'Id of the thing.' })

/** Every kind of input that a query can carry; the answer is the input as `run` saw it. */
const list_things = defineOperation({
  name: 'list_things',
  title: 'List things',
  description: 'Echoes what it was asked.',
  input: Type.Object(
    {
      limit: Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'How many.' }),
      price: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
      exact: Type.Optional(Type.Boolean()),
      tags: Type.Optional(Type.Array(Type.String(), { maxItems: 5 })),
      sizes: Type.Optional(Type.Array(Type.Integer())),
      filter: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
      colour: Type.Optional(Type.Union([Type.Literal('red'), Type.Literal('blue')])),
      since: Type.Optional(Type.Union([Type.String({ format: 'date-time' }), Type.Null()])),
      fallback: Type.Optional(Type.Unknown()),
    },
    closed,
  ),
  output: Type.Object({ input: Type.Record(Type.String(), Type.Unknown()) }, closed),
  scope: 'shop:read',
  hints: { readOnly: true },
  rest: { method: 'GET', path: '/things' },
  examples: [{ title: 'The first', input: { limit: 1 }, output: { input: { limit: 1 } } }],
  run: async (input) => ({ input }),
})

const get_thing = defineOperation({
  name: 'get_thing',
  title: 'Get a thing',
  description: 'Echoes the id; `none` is not found.',
  input: Type.Object({ id }, closed),
  output: Type.Object({ id: Type.String() }, closed),
  scope: 'shop:read',
  hints: { readOnly: true },
  rest: { method: 'GET', path: '/things/{id}' },
  async run({ id }) {
    if (id === 'none') throw notFound('Thing')
    return { id }
  },
})

const change_thing = defineOperation({
  name: 'change_thing',
  title: 'Change a thing',
  description: 'Echoes the id and the change.',
  input: Type.Object({ id, text: Type.Optional(Type.String()) }, closed),
  output: Type.Object({ id: Type.String(), text: Type.Optional(Type.String()) }, closed),
  scope: 'shop:write',
  rest: { method: 'PATCH', path: '/things/{id}' },
  run: async (input) => input,
})

const remove_thing = defineOperation({
  name: 'remove_thing',
  title: 'Remove a thing',
  description: 'Wants a word of confirmation.',
  input: Type.Object({ id, confirm: Type.Literal('yes') }, closed),
  output: Type.Object({ removed: Type.String() }, closed),
  scope: 'shop:write',
  hints: { destructive: true },
  rest: { method: 'DELETE', path: '/things/{id}' },
  run: async ({ id }) => ({ removed: id }),
})

const add_thing = defineOperation({
  name: 'add_thing',
  title: 'Add a thing',
  description: 'Tells how long the text is.',
  input: Type.Object(
    {
      text: Type.String({ minLength: 1, maxLength: 20_000_000 }),
      metadata: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    },
    closed,
  ),
  output: Type.Object({ length: Type.Integer(), metadata: Type.Optional(Type.Unknown()) }, closed),
  scope: 'shop:write',
  rest: { method: 'POST', path: '/things', status: 201 },
  examples: [{ title: 'Short', input: { text: 'A lamp' }, output: { length: 6 } }],
  run: async ({ text, metadata }) => ({ length: text.length, ...(metadata && { metadata }) }),
})

const export_things = defineOperation({
  name: 'export_things',
  title: 'Export',
  description: 'As a file.',
  input: Type.Object(
    { format: Type.Union([Type.Literal('csv'), Type.Literal('json')], { default: 'csv' }) },
    closed,
  ),
  output: Type.Object(
    {
      filename: Type.String(),
      media_type: Type.Union([Type.Literal('text/csv'), Type.Literal('application/json')]),
      content: Type.String(),
    },
    { ...closed, 'x-holdfast-download': true },
  ),
  scope: 'shop:read',
  rest: { method: 'GET', path: '/export' },
  run: async ({ format }) =>
    format === 'csv'
      ? { filename: 'things ü.csv', media_type: 'text/csv' as const, content: 'id,text\r\n1,lamp\r\n' }
      : { filename: 'things.json', media_type: 'application/json' as const, content: '[1]' },
})

const who_am_i = defineOperation({
  name: 'who_am_i',
  title: 'Who am I',
  description: 'Also answers refused credentials.',
  input: Type.Object({}, closed),
  output: Type.Object({ kind: Type.String(), refusal: Type.Union([Type.String(), Type.Null()]) }, closed),
  scope: null,
  access: 'optional',
  cost: 0,
  rest: { method: 'POST', path: '/me' },
  run: async (_, { principal }) => ({ kind: principal.kind, refusal: principal.refusal?.code ?? null }),
})

const fail = defineOperation({
  name: 'fail',
  title: 'Fail',
  description: 'Fails in the way it is asked to.',
  input: Type.Object({ how: Type.String() }, closed),
  output: Type.Object({}, closed),
  scope: null,
  rest: { method: 'POST', path: '/fail' },
  async run({ how }) {
    if (how === 'app') throw new AppError('upgrade_required', 'Pay more', { data: { limit: 100, status: 1 } })
    if (how === 'busy') throw new AppError('unavailable', 'Later', { retryAfter: 7 })
    throw new Error('the database password is hunter2')
  },
})

const routes: RawRoute[] = [
  {
    method: 'POST',
    path: '/hooks/:source',
    title: 'Hook',
    description: 'Counts bytes.',
    access: 'none',
    handle: async ({ request, params, principal }) =>
      Response.json({ ...params, bytes: (await request.bytes()).length, principal }),
  },
  {
    method: 'GET',
    path: '/legacy/thing',
    title: 'The older path',
    description: 'Get a thing.',
    access: 'required',
    handle: async ({ request, call }) =>
      Response.json(await call('get_thing', { id: new URL(request.url).searchParams.get('id') })),
  },
  {
    method: 'GET',
    path: '/legacy/me',
    title: 'The older path',
    description: 'Who am I.',
    access: 'optional',
    handle: async ({ principal, call }) =>
      Response.json({ principal: principal?.id ?? null, me: await call('who_am_i', {}) }),
  },
  {
    method: 'GET',
    path: '/legacy/stream',
    title: 'Events',
    description: 'One event.',
    access: 'none',
    handle: async () => new Response('data: 1\n\n', { headers: { 'Content-Type': 'text/event-stream' } }),
  },
]

/** A module for the tests of HTTP: no tables, every kind of input, answer and failure. */
export const shop: Module = defineModule({
  name: 'shop',
  title: 'Shop',
  description: 'Things.',
  settings: {},
  start: () => ({
    operations: [
      list_things,
      get_thing,
      change_thing,
      remove_thing,
      add_thing,
      export_things,
      who_am_i,
      fail,
    ],
    routes,
  }),
})
