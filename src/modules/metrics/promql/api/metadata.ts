import type { Reading } from '../../query/reading'
import { instruments, isCumulative, plainName } from '../stored/instrument'

/** Names with their types, as `/api/v1/metadata` tells them; of custom metrics the type is guessed from the name. */
export async function describeMetrics(reading: Reading): Promise<Record<string, object[]>> {
  const now = reading.now()
  const custom = await reading.ask<{ name: string }[]>('listCustom', { from: now - 30 * 86_400_000, to: now })
  const own = instruments.map(({ name, help, part }): [string, object[]] => {
    const base = part === 'total' ? name : name.replace(/_(bucket|sum|count)$/, '')
    return [base, [{ type: part === 'total' ? 'counter' : 'histogram', help, unit: '' }]]
  })
  const others = custom.map(({ name }): [string, object[]] => {
    const plain = plainName(name)
    return [plain, [{ type: isCumulative(plain) ? 'counter' : 'gauge', help: '', unit: '' }]]
  })
  return Object.fromEntries([...others, ...own])
}
