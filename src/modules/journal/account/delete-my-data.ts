import { Type } from '@sinclair/typebox'
import { defineOperation } from '../../../core/operation'
import { eraseOwner } from './erase'

const input = Type.Object(
  {
    confirm: Type.Literal('delete everything', {
      description:
        'The words "delete everything", when the user has said so. Left out, the client asks the user if it can',
    }),
  },
  { additionalProperties: false },
)

const output = Type.Object(
  {
    success: Type.Literal(true),
    message: Type.String(),
    deleted: Type.Object(
      {
        journal_entries: Type.Integer(),
        preferences: Type.Integer(),
        storage_records: Type.Integer(),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)

export const deleteMyData = () =>
  defineOperation({
    name: 'delete_my_data',
    title: 'Delete all of my data',
    description:
      'Deletes every journal entry, preference and record of the user for good. Offer export_journal first, and call this only after the user has said in so many words that everything is to be deleted. The subscription stays, and so does the audit trail, which holds no content.',
    input,
    output,
    scope: 'journal:write',
    hints: { destructive: true, idempotent: true },
    confirm: {
      argument: 'confirm',
      question:
        'Delete every journal entry, preference and record of yours for good? This cannot be undone; an export made before can be imported again.',
    },
    task: true,
    erases: true,
    rest: { method: 'DELETE', path: '/me' },
    examples: [{ title: 'After the user has said so', input: { confirm: 'delete everything' } }],
    async run(_, call) {
      const deleted = await call.write('all', (tx) =>
        eraseOwner(tx, call.principal.id, (done) => call.progress(done)),
      )
      return { success: true as const, message: 'Everything was deleted', deleted }
    },
  })
