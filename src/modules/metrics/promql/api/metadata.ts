import type { Reading } from '../../query/reading'
import { instruments, isCumulative, plainName } from '../stored/instrument'
import { limitParameter } from './parameters'

/** Names with their types, as `/api/v1/metadata` tells them; of custom metrics the type is guessed from the name. `metric` asks for one, `limit` for so many. */
export async function describeMetrics(
  reading: Reading,
  parameters: URLSearchParams,
): Promise<Record<string, object[]>> {
  const limit = limitParameter(parameters, 'limit')
  const metric = parameters.get('metric')
  const found = (await describeAll(reading)).filter(([name]) => !metric || name === metric)
  return Object.fromEntries(found.slice(0, limit))
}

async function describeAll(reading: Reading): Promise<[string, object[]][]> {
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
  return [...new Map([...others, ...own])]
}
