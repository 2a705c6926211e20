import { AppError } from '../../../core/errors'
import { MisformedRequest, type SchemaFault } from './faults'
import { limits } from './limits'
import type { Draft, Submission } from './metric'

const decoder = new TextDecoder()

/** The JSON of a body. Throws MisformedRequest. */
export function parseBody(bytes: Uint8Array): unknown {
  const text = decoder.decode(bytes)
  try {
    return JSON.parse(text)
  } catch {
    return parseWithSpecials(text)
  }
}

/** Python's `json.dumps` writes NaN and Infinity, which are no JSON: as texts they are a fault of the metric that has them, not of all. */
function parseWithSpecials(text: string): unknown {
  try {
    return JSON.parse(text.replace(textOrSpecial, (found) => (found[0] === '"' ? found : `"${found}"`)))
  } catch {
    throw new MisformedRequest([
      {
        type: 'json_invalid',
        loc: ['body', 0],
        msg: 'JSON decode error',
        input: {},
        ctx: { error: 'the body is not valid JSON' },
      } as SchemaFault,
    ])
  }
}

/** A text may lack its end, so that every place of a body is looked at once. */
const textOrSpecial = /"[^"\\]*(?:\\.[^"\\]*)*"?|-?Infinity|NaN/gs

/** The submission in a parsed body. Throws MisformedRequest, or `too_large` for more metrics than a request may hold. */
export function submissionOf(body: unknown, requestId: string, idempotencyHeader: string | null): Submission {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    const msg = 'Input should be a valid dictionary or object to extract fields from'
    throw new MisformedRequest([{ type: 'model_attributes_type', loc: ['body'], msg }])
  }
  const { service, version, instance_id, metrics, idempotency_key } = body as Record<string, unknown>
  const faults: SchemaFault[] = []
  if (service === undefined) faults.push({ type: 'missing', loc: ['body', 'service'], msg: 'Field required' })
  if (metrics === undefined) faults.push({ type: 'missing', loc: ['body', 'metrics'], msg: 'Field required' })
  else if (!Array.isArray(metrics))
    faults.push({ type: 'list_type', loc: ['body', 'metrics'], msg: 'Input should be a valid list' })
  if (faults.length > 0) throw new MisformedRequest(faults)
  const drafts = metrics as Draft[]
  if (drafts.length > limits.metrics) {
    const message = `Too many metrics in request: ${drafts.length}, max ${limits.metrics}; send them in several requests`
    throw new AppError('too_large', message)
  }
  return {
    requestId,
    service: service as string,
    version: version as string | null | undefined,
    instance: instance_id as string | null | undefined,
    metrics: drafts,
    idempotencyKey: (idempotency_key ?? idempotencyHeader ?? undefined) as string | undefined,
  }
}
