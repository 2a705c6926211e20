import { verifyAudit } from '../platform/audit/verify'
import { type Command, textOf } from './command'
import { exit } from './exit'
import { withPlatform } from './open'
import { count, printData } from './print'

export const auditVerify: Command = {
  name: 'audit verify',
  existing: true,
  summary: 'Walk the audit chains and say whether an entry was changed, removed or slipped in',
  details: 'Exits with 1 when a chain is broken.',
  flags: { owner: { value: 'ID', description: 'only this owner’s chain' } },
  json: true,
  example: 'holdfast audit verify',
  run: (invocation) =>
    withPlatform(invocation, async ({ storage }) => {
      const result = await verifyAudit(storage.system, { owner: textOf(invocation, 'owner') })
      printData(invocation, result, ({ owners, entries, faults }) =>
        [
          `${count(entries, 'entry', 'entries')} of ${count(owners, 'owner')} checked: ${faults.length === 0 ? 'intact' : count(faults.length, 'fault')}`,
          ...faults.map(({ owner, seq, fault }) => `owner ${owner}, entry ${seq}: ${fault}`),
        ].join('\n'),
      )
      return result.faults.length === 0 ? exit.done : exit.failed
    }),
}
