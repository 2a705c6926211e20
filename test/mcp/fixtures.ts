import { Type } from '@sinclair/typebox'
import { AppError, type ErrorKind } from '../../src/core/errors'
import { defineOperation, type Operation } from '../../src/core/operation'
import type { Mounted } from '../../src/platform/dispatch/dispatch'

const closed = { additionalProperties: false }
const rest = (name: string) => ({ method: 'POST' as const, path: `/${name}` })

const echo = defineOperation({
  name: 'echo',
  title: 'Echo',
  description: 'Gives back the text. Use it to see whether the server answers.',
  input: Type.Object(
    { text: Type.String({ minLength: 1 }), times: Type.Integer({ default: 1, minimum: 1 }) },
    closed,
  ),
  output: Type.Object({ text: Type.String(), caller: Type.String() }),
  scope: 'fixture:read',
  hints: { readOnly: true },
  rest: rest('echo'),
  run: async ({ text, times }, { principal }) => ({ text: text.repeat(times), caller: principal.id }),
})

const erase = defineOperation({
  name: 'erase',
  title: 'Erase',
  description: 'Changes things.',
  input: Type.Object({}, closed),
  output: Type.Union([Type.Object({ done: Type.Literal(true) }), Type.Object({ why: Type.String() })]),
  scope: 'fixture:write',
  hints: { destructive: true, idempotent: true, openWorld: true },
  rest: rest('erase'),
  run: async () => ({ done: true as const }),
})

const listNumbers = defineOperation({
  name: 'list_numbers',
  title: 'Numbers',
  description: 'An answer that is not an object.',
  input: Type.Object({}, closed),
  output: Type.Array(Type.Number()),
  scope: null,
  rest: rest('numbers'),
  run: async () => [1, 2, 3],
})

const fail = defineOperation({
  name: 'fail',
  title: 'Fail',
  description: 'Fails as told.',
  input: Type.Object({ kind: Type.String() }, closed),
  output: Type.Object({}),
  scope: null,
  rest: rest('fail'),
  async run({ kind }) {
    if (kind === 'bug') throw new Error('the cause, for operators only')
    throw new AppError(kind as ErrorKind, `failed: ${kind}`, {
      retryAfter: kind === 'unavailable' ? 7 : undefined,
    })
  },
})

/** Names of calls of `wait` that have begun. */
export const begun: string[] = []

/** Names of calls of `wait` whose signal was aborted. */
export const aborted: string[] = []

const held = new Map<string, () => void>()

/** Lets go of the call of `wait` with this name before its time. */
export const release = (name: string): void => held.get(name)?.()

const wait = defineOperation({
  name: 'wait',
  title: 'Wait',
  description: 'Waits and reports progress.',
  input: Type.Object({ ms: Type.Integer(), name: Type.String({ default: '' }) }, closed),
  output: Type.Object({ waited: Type.Integer() }),
  scope: null,
  rest: rest('wait'),
  async run({ ms, name }, call) {
    call.signal.addEventListener('abort', () => aborted.push(name))
    call.progress(1, 2, 'half')
    call.progress(1, 2, 'the same figure, to be dropped')
    const released = new Promise<void>((resolve) => held.set(name, resolve))
    begun.push(name)
    await Promise.race([Bun.sleep(ms), released])
    call.progress(2, 2)
    return { waited: ms }
  },
})

const talk = defineOperation({
  name: 'talk',
  title: 'Talk',
  description: 'A long answer.',
  input: Type.Object({ characters: Type.Integer() }, closed),
  output: Type.Object({ text: Type.String() }),
  scope: null,
  rest: rest('talk'),
  run: async ({ characters }) => ({ text: 'x'.repeat(characters) }),
})

const greet = defineOperation({
  name: 'greet',
  title: 'Greet',
  description: 'Also for callers without a credential.',
  input: Type.Object({}, closed),
  output: Type.Object({ hello: Type.String() }),
  scope: null,
  access: 'optional',
  cost: 0,
  rest: rest('greet'),
  run: async (_, { principal }) => ({ hello: principal.kind }),
})

const whisper = defineOperation({
  name: 'whisper',
  title: 'Whisper',
  description: 'Listed with its module alone.',
  input: Type.Object({ tone: Type.Union([Type.Literal('soft'), Type.Literal('hoarse')]) }, closed),
  output: Type.Object({ said: Type.Array(Type.Object({ word: Type.String({ maxLength: 50 }) })) }, closed),
  scope: 'fixture:read',
  listed: 'module',
  hints: { readOnly: true },
  rest: rest('whisper'),
  run: async ({ tone }) => ({ said: [{ word: tone }] }),
})

const mounted = (module: string, operations: Operation[]): Mounted => ({
  module,
  title: module.toUpperCase(),
  description: `The ${module} module.`,
  operations,
  routes: [],
  jobs: [],
})

/** Two modules of a few operations each. */
export const fixtures: Mounted[] = [
  mounted('fixture', [echo, erase, listNumbers, fail, wait, talk]),
  mounted('other', [greet, whisper]),
]
