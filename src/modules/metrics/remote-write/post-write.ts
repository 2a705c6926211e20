import { AppError } from '../../../core/errors'
import type { RawRequest, RawRoute } from '../../../core/module'
import type { Ingest } from '../ingest/accept'
import { answered } from '../ingest/answer'
import type { RateLimit } from '../ingest/rate-limit'
import {
  malformed,
  senderRefusals,
  tooLarge as tooLargeAnswer,
  unavailable,
  unsupported,
} from '../ingest/refusals'
import { requireSender } from '../ingest/sender-key'
import { takeToken } from '../ingest/take-token'
import { keysName, reasons, type Submitted, submit } from '../translate/submit'
import { mostUnpacked, tooLarge } from '../translate/unpack'
import type { WrittenSeries } from './messages'
import { uncompress } from './snappy'
import { translateSeries, type Written } from './translate'

/** Loaded at its first use: most servers never need it, and all would wait for it at the start. */
const messages = () => require('./messages') as typeof import('./messages')

/** `POST /api/v1/write`: Prometheus remote write. */
export const postWrite = (ingest: Ingest, rateLimit: RateLimit): RawRoute => ({
  method: 'POST',
  path: '/api/v1/write',
  title: 'Send metrics by Prometheus remote write',
  description:
    'Prometheus remote write 1.0 and 2.0 (Snappy, protobuf; the version is told by `proto=` in Content-Type). Samples are stored as `custom` metrics, labels as dimensions; native histograms as ordinary buckets. The answer comes when they are on disk.',
  access: 'optional',
  openapi,
  handle: (raw) => answered(() => write(raw, ingest, rateLimit)),
})

const openapi = {
  parameters: [
    {
      name: 'X-Prometheus-Remote-Write-Version',
      in: 'header',
      required: false,
      schema: { type: 'string', example: '2.0.0' },
    },
  ],
  requestBody: {
    required: true,
    content: { 'application/x-protobuf': { schema: { type: 'string', format: 'binary' } } },
  },
  responses: {
    204: {
      description: 'Stored.',
      headers: {
        'X-Prometheus-Remote-Write-Samples-Written': {
          description: 'Samples that were taken; with 2.0, also on 400.',
          schema: { type: 'integer', example: 500 },
        },
      },
    },
    400: {
      description:
        'Final, nothing is to be sent again: as text where some samples do not fit (the others are stored), else the body is none.',
      content: {
        'text/plain': { schema: { type: 'string' }, example: 'Not everything was stored: …' },
        ...malformed('', 'The body is not a whole Snappy block').content,
      },
    },
    ...senderRefusals,
    413: tooLargeAnswer(
      'The body unpacks to too much.',
      `The body unpacks to more than ${mostUnpacked} bytes; send smaller batches`,
    ),
    415: unsupported('Not Snappy, or not protobuf.', 'Content-Encoding must be snappy'),
    503: unavailable,
  },
}

async function write(raw: RawRequest, ingest: Ingest, rateLimit: RateLimit): Promise<Response> {
  const principal = requireSender(raw)
  const headers = takeToken(rateLimit, principal)
  const decode = decoderOf(raw.header('content-type'))
  const written = translateSeries(read(unpack(raw), decode))
  const stored = await submit(ingest, written.groups, keysName(principal, 'prometheus'))
  const faults = [...written.faults, ...stored.errors]
  const all = { ...headers, ...writtenHeaders(written, stored) }
  if (faults.length === 0) return new Response(null, { status: 204, headers: all })
  // 400 is final to Prometheus, and what fits is stored: nothing is sent for ever, and the reason is in its log.
  const text = `Not everything was stored: ${reasons(faults)}\n`
  return new Response(text, { status: 400, headers: { ...all, 'Content-Type': 'text/plain; charset=utf-8' } })
}

type Decoder = (bytes: Uint8Array) => WrittenSeries[]

const protos: Record<string, Decoder> = {
  'prometheus.WriteRequest': (bytes: Uint8Array) => messages().decodeOne(bytes),
  'io.prometheus.write.v2.Request': (bytes: Uint8Array) => messages().decodeTwo(bytes),
}

/** The version that a Content-Type names; 1.0 when it names none. Throws `unsupported_media_type`. */
function decoderOf(contentType: string | null): Decoder {
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim())
  const proto =
    parameters.find((part) => /^proto=/i.test(part))?.slice('proto='.length) ?? 'prometheus.WriteRequest'
  const decoder = protos[proto.replace(/^"|"$/g, '')]
  if (type.toLowerCase() !== 'application/x-protobuf' || !decoder) {
    const known = Object.keys(protos).join(' or ')
    throw new AppError(
      'unsupported_media_type',
      `Content-Type must be application/x-protobuf with proto=${known}`,
    )
  }
  return decoder
}

function unpack(raw: RawRequest): Uint8Array {
  if ((raw.header('content-encoding') ?? 'snappy').toLowerCase() !== 'snappy')
    throw new AppError('unsupported_media_type', 'Content-Encoding must be snappy')
  try {
    return uncompress(raw.bytes, mostUnpacked)
  } catch (error) {
    if ((error as Error).message.startsWith('unpacks')) throw tooLarge(error)
    throw new AppError('malformed', 'The body is not a whole Snappy block', { cause: error })
  }
}

function read(bytes: Uint8Array, decode: Decoder): WrittenSeries[] {
  try {
    return decode(bytes)
  } catch (error) {
    throw new AppError('malformed', 'The body is not the protobuf message that Content-Type names', {
      cause: error,
    })
  }
}

/** What 2.0 asks for; exemplars are not kept. */
function writtenHeaders({ samples, histograms }: Written, { rejected }: Submitted): Record<string, string> {
  return {
    'X-Prometheus-Remote-Write-Samples-Written': String(Math.max(0, samples - rejected)),
    'X-Prometheus-Remote-Write-Histograms-Written': String(histograms),
    'X-Prometheus-Remote-Write-Exemplars-Written': '0',
  }
}
