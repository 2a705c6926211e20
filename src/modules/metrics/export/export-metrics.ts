import { AppError, invalid } from '../../../core/errors'
import type { RawRequest, RawRoute, Streamed } from '../../../core/module'
import { allows } from '../../../core/principal'
import { metricTypes } from '../ingest/metric'
import { periodOf, timeDescription } from '../query/period'
import { readingProblems } from '../query/problems'
import type { Reading } from '../query/reading'
import type { ExportQuery } from './export-page'
import type { Part } from './export-part'
import { type Format, formats, mediaTypes, type Place } from './format'

const known = ['format', 'from', 'to', 'type', 'service']

/** Without `from`, everything. */
const everything = Number.POSITIVE_INFINITY

/** Raw metrics as one file, streamed: memory is bounded whatever its size. */
export const exportMetrics = (reading: Reading): RawRoute => ({
  method: 'GET',
  path: '/api/v1/metrics/export',
  title: 'Export raw metrics',
  description:
    'Streams the raw metrics of a period as one file, in the order of arrival. The header X-Estimated-Rows says about how many will be looked through: all of the period, whatever their type and service. Needs the scope metrics:read; not counted against the quota.',
  access: 'required',
  openapi,
  async handle(raw) {
    if (!allows(raw.principal!, 'metrics:read')) throw missingScope()
    const { format, query } = readInput(raw, reading.now())
    const rows = await reading.ask<number>('countExport', query)
    const name = `metrics-${new Date(reading.now()).toISOString().slice(0, 10)}.${format}`
    return new Response(
      stream(reading, query, format, (so) => raw.watch?.({ ...so, total: rows })),
      {
        headers: {
          'Content-Type': mediaTypes[format],
          'Content-Disposition': `attachment; filename="${name}"`,
          'X-Estimated-Rows': String(rows),
        },
      },
    )
  },
})

function missingScope() {
  return new AppError('forbidden', 'This needs the scope metrics:read, which the credential does not have', {
    code: 'insufficient_scope',
  })
}

function readInput({ request }: RawRequest, now: number): { format: Format; query: ExportQuery } {
  const given = new URL(request.url).searchParams
  for (const name of given.keys()) {
    if (!known.includes(name)) throw invalid(`/${name}`, `is not known here; known are ${known.join(', ')}`)
  }
  const text = (name: string) => given.get(name) ?? undefined
  const format = formats.find((one) => one === (text('format') ?? 'jsonl'))
  if (!format) throw invalid('/format', `must be one of ${formats.join(', ')}`)
  const type = text('type')
  if (type !== undefined && !metricTypes.includes(type as never))
    throw invalid('/type', `must be one of ${metricTypes.join(', ')}`)
  const period = periodOf(text('from'), text('to'), now, everything)
  return { format, query: { period, type, service: text('service'), after: 0 } }
}

/** One chunk a part; the next one is made when there is room for it. */
function stream(
  reading: Reading,
  query: ExportQuery,
  format: Format,
  watch: (so: Omit<Streamed, 'total'>) => void,
): ReadableStream<Uint8Array> {
  const place: Place = { offset: 0, groups: [] }
  const so = { looked: 0, written: 0 }
  let after: number | null = query.after
  const took = (bytes: Uint8Array) => {
    place.offset += bytes.length
    return bytes
  }
  return new ReadableStream<Uint8Array>(
    {
      start: async (controller) => controller.enqueue(took(await reading.ask('exportBegin', format))),
      async pull(controller) {
        const asked = { ...query, after, format, place: { ...place, groups: [] } }
        const part: Part = await reading.ask('exportPart', asked)
        after = part.next
        place.groups.push(...part.groups)
        so.looked += part.looked
        so.written += part.written
        watch(so)
        controller.enqueue(took(part.bytes))
        if (after !== null) return
        controller.enqueue(await reading.ask('exportEnd', { format, place }))
        controller.close()
      },
    },
    { highWaterMark: 1 },
  )
}

const parameter = (name: string, description: string, schema: object = { type: 'string' }) => ({
  name,
  in: 'query',
  required: false,
  description,
  schema,
})

const openapi = {
  parameters: [
    parameter('format', 'Default jsonl', { type: 'string', enum: formats }),
    parameter('from', `Start: ${timeDescription}; default: all there is`),
    parameter('to', 'End, not included; default now'),
    parameter('type', 'Metrics of one type', { type: 'string', enum: metricTypes }),
    parameter('service', 'Metrics of one sender'),
  ],
  responses: {
    200: {
      description: 'The file',
      content: Object.fromEntries(
        formats.map((format) => [
          mediaTypes[format].split(';')[0]!,
          { schema: { type: 'string', format: 'binary' } },
        ]),
      ),
    },
    ...readingProblems,
  },
}
