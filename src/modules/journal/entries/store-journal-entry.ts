import { Type } from '@sinclair/typebox'
import type { Host } from '../../../core/module'
import { defineOperation } from '../../../core/operation'
import { perInput } from '../../../core/per-input'
import type { JournalSettings } from '../settings'
import { addEntry } from './add-entry'
import { draftEntry } from './draft'
import {
  clientIdInput,
  entryTypeInput,
  metadataInput,
  occurredAtInput,
  storedOutput,
  tagsInput,
  textInput,
} from './inputs'

const draftOf = perInput(draftEntry)

export const storeJournalEntry = (host: Host<JournalSettings>) =>
  defineOperation({
    name: 'store_journal_entry',
    title: 'Store a journal entry',
    description:
      'Writes down a thought, plan, reflection or event in the person’s trading journal. Use it whenever they want something remembered; for a purchase or sale use log_trade_entry, for a market view log_analysis_entry. Texts that hold keys or recovery phrases are refused.',
    input: Type.Object(
      {
        entry: textInput('The text, 1-10,000 characters'),
        entry_type: Type.Optional(entryTypeInput),
        tags: Type.Optional(tagsInput),
        metadata: Type.Optional(metadataInput),
        occurred_at: Type.Optional(occurredAtInput),
        client_id: Type.Optional(clientIdInput),
      },
      { additionalProperties: false },
    ),
    output: storedOutput,
    scope: 'journal:write',
    rest: { method: 'POST', path: '/entries', status: 201 },
    examples: [
      {
        title: 'A reflection',
        input: {
          entry: 'Sold my ETH too early again: fear of giving back profit, not the plan.',
          entry_type: 'reflection',
          tags: ['discipline'],
        },
      },
    ],
    check: draftOf,
    run: (input, call) => addEntry(host, call, draftOf(input)),
  })
