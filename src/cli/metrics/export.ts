import { open, rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { App } from '../../app'
import { type Command, type Invocation, textOf, UsageError } from '../command'
import { exit } from '../exit'
import { withApp } from '../open'
import { localPrincipal } from '../stdio'
import { progressBar } from './progress'

const path = '/api/v1/metrics/export'
const formats = ['parquet', 'csv', 'jsonl']

export const exportMetrics: Command = {
  name: 'metrics export',
  existing: true,
  summary: 'Write the raw metrics of a period to stdout or a file',
  details:
    'Streams: memory stays small whatever the size. A file is there whole or not at all. Times are ISO 8601 (without zone: UTC) or how long ago, such as 7d. Parquet needs --out.',
  flags: {
    format: {
      value: 'FORMAT',
      description: 'parquet, csv or jsonl; default by the name of the file, else jsonl',
    },
    from: { value: 'TIME', description: 'start; default: all there is' },
    to: { value: 'TIME', description: 'end, not included; default now' },
    type: { value: 'TYPE', description: 'metrics of one type, e.g. tool_execution' },
    service: { value: 'NAME', description: 'metrics of one sender' },
    out: { value: 'FILE', description: 'write here instead of stdout' },
  },
  example: 'holdfast metrics export --format parquet --from 30d --out metrics.parquet',
  async run(invocation) {
    const out = textOf(invocation, 'out')
    const format = formatOf(invocation, out)
    if (format === 'parquet' && !out)
      throw new UsageError('a Parquet file needs --out FILE', 'metrics export')
    return withApp(invocation, async (app) => {
      const { body, rows } = await begin(app, invocation, format)
      await (out
        ? toFile(invocation, body, rows, resolve(invocation.terminal.cwd, out))
        : toStdout(invocation, body))
      if (out) invocation.terminal.warn(`Exported to ${out}\n`)
      return exit.done
    })
  },
}

function formatOf(invocation: Invocation, out: string | undefined): string {
  const asked =
    textOf(invocation, 'format') ?? formats.find((format) => out?.endsWith(`.${format}`)) ?? 'jsonl'
  if (!formats.includes(asked))
    throw new UsageError(`--format takes one of ${formats.join(', ')}`, 'metrics export')
  return asked
}

/** Asks the module's own route, as the local process. */
async function begin(app: App, invocation: Invocation, format: string) {
  const route = app.dispatcher.mounted.flatMap(({ routes }) => routes).find((one) => one.path === path)
  if (!route) throw new UsageError('metrics are not among MODULES', 'config')
  const query = new URLSearchParams({ format })
  for (const name of ['from', 'to', 'type', 'service']) {
    const value = textOf(invocation, name)
    if (value !== undefined) query.set(name, value)
  }
  const answer = await route.handle({
    request: new Request(`http://localhost${path}?${query}`),
    params: {},
    requestId: crypto.randomUUID(),
    principal: localPrincipal,
    bytes: new Uint8Array(),
    header: () => null,
    call: () => Promise.reject(new Error('an export calls no operation')),
  })
  return { body: answer.body!, rows: Number(answer.headers.get('x-estimated-rows')) }
}

/** Rows of one chunk: the route gives a chunk a page. */
const pageRows = 10_000

async function toFile(
  { terminal }: Invocation,
  body: ReadableStream<Uint8Array>,
  rows: number,
  file: string,
) {
  const bar = progressBar(terminal, 'metrics')
  const part = `${file}.part`
  const handle = await open(part, 'w', 0o600)
  try {
    let pages = 0
    for await (const chunk of body) {
      await handle.write(chunk)
      bar.show(Math.min(rows, pages++ * pageRows), rows)
    }
    await handle.sync()
    await handle.close()
    await rename(part, file)
  } catch (error) {
    await handle.close().catch(() => {})
    await rm(part, { force: true })
    throw error
  } finally {
    bar.end()
  }
}

async function toStdout({ terminal }: Invocation, body: ReadableStream<Uint8Array>) {
  const decoder = new TextDecoder()
  for await (const chunk of body) terminal.print(decoder.decode(chunk, { stream: true }))
}
