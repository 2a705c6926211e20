import { expect, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import { defineOperation } from '../../src/core/operation'
import type { Told } from '../../src/core/within'
import { createDispatcher, type DispatchParts } from '../../src/platform/dispatch/dispatch'
import { openSqliteStorage } from '../kit/storage'

const note = (begun: string[]) =>
  defineOperation({
    name: 'note',
    title: 'Note',
    description: 'Writes.',
    input: Type.Object({}, { additionalProperties: false }),
    output: Type.Object({ at: Type.Integer() }),
    scope: null,
    rest: { method: 'POST', path: '/note' },
    run: (_, call) => call.write('note', async () => ({ at: begun.push('note') })),
  })

const context = {
  principal: { id: 'ann', tier: 'enterprise', scopes: ['*'], kind: 'key' } as const,
  requestId: 'req_test',
  transport: 'cli' as const,
  signal: new AbortController().signal,
  header: () => undefined,
}

test('a call that waited for the right to write until its limit writes nothing afterwards', async () => {
  const { storage, close } = await openSqliteStorage()
  const begun: string[] = []
  const unlimited = {
    tell: (_: unknown, __: unknown, told: Told) => told.end(null),
  } as unknown as DispatchParts['limits']
  const operation = note(begun)
  const dispatcher = createDispatcher(
    [{ module: 'notes', title: '', description: '', operations: [operation], routes: [], jobs: [] }],
    { storage, limits: unlimited, appendAudit: async () => {}, now: Date.now, timeoutSeconds: 0.05 },
  )
  const held = Promise.withResolvers<void>()
  const holding = storage.as('bob').write(() => held.promise)
  try {
    const call = dispatcher.dispatch(dispatcher.find('note')!, {}, context)
    await expect(call).rejects.toMatchObject({ kind: 'timeout' })
    held.resolve()
    await holding
    await storage.as('bob').write(async () => {})
    expect(begun).toEqual([])
  } finally {
    await close()
  }
})
